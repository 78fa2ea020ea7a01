// SPDX-License-Identifier: Apache-2.0
// Whole small transformers against the textbook: rows, loops, no views, no fusion, no cache.
#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/graph/evaluate.hpp"
#include "core/graph/families/build.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

/// A graph that has run, and the textbook's steps with its weights. One sequence.
class Textbook {
public:
    Textbook(const Model& model, std::int64_t tokens)
        : graph_(build(model, test::small_request(1, tokens))),
          numbers_(starting_numbers(graph_, 5)) {
        evaluate(graph_, numbers_);
    }

    [[nodiscard]] Row of(const std::string& name) const {
        return elements_of(graph_, numbers_, find_value(graph_, name));
    }
    /// Row i of a table.
    [[nodiscard]] Row row(const std::string& table, double i, std::size_t width) const {
        const Row all = of(table);
        const auto begin =
            all.begin() + static_cast<std::ptrdiff_t>(i * static_cast<double>(width));
        return {begin, begin + static_cast<std::ptrdiff_t>(width)};
    }
    [[nodiscard]] Rows linear(const std::string& name, const Rows& x) const {
        const Row w = of(name + " weight");
        const bool has_bias = find_value(graph_, name + " bias") != no_value;
        const Row bias = has_bias ? of(name + " bias") : Row(w.size() / x[0].size(), 0);
        Rows y;
        for (const Row& in : x) {
            Row out = bias;
            for (std::size_t j = 0; j < out.size(); ++j) {
                for (std::size_t k = 0; k < in.size(); ++k) out[j] += w[j * in.size() + k] * in[k];
            }
            y.push_back(out);
        }
        return y;
    }
    [[nodiscard]] Rows norm(const std::string& name, Rows x, double epsilon, bool centered) const {
        const Row gamma = of(name + " gamma");
        const Row beta = centered ? of(name + " beta") : Row(gamma.size(), 0);
        for (Row& each : x) {
            const auto n = static_cast<double>(each.size());
            double mean = 0, squares = 0;
            for (const double v : each) mean += centered ? v / n : 0;
            for (const double v : each) squares += (v - mean) * (v - mean) / n;
            for (std::size_t i = 0; i < each.size(); ++i)
                each[i] = (each[i] - mean) / std::sqrt(squares + epsilon) * gamma[i] + beta[i];
        }
        return x;
    }

private:
    Graph graph_;
    GraphNumbers numbers_;
};

Rows plus(Rows a, const Rows& b) {
    for (std::size_t t = 0; t < a.size(); ++t) {
        for (std::size_t i = 0; i < a[t].size(); ++i) a[t][i] += b[t][i];
    }
    return a;
}

Rows columns(const Rows& x, std::size_t first, std::size_t count) {
    Rows part;
    for (const Row& each : x)
        part.emplace_back(each.begin() + static_cast<std::ptrdiff_t>(first),
                          each.begin() + static_cast<std::ptrdiff_t>(first + count));
    return part;
}

/// One head; a query at t sees keys from `first(t)` to `last(t)`.
template <class First, class Last>
Rows attend(const Rows& q, const Rows& k, const Rows& v, First first, Last last) {
    Rows out;
    for (std::size_t t = 0; t < q.size(); ++t) {
        Row weights;
        double sum = 0;
        for (std::size_t j = first(t); j <= last(t); ++j) {
            double score = 0;
            for (std::size_t i = 0; i < q[t].size(); ++i) score += q[t][i] * k[j][i];
            weights.push_back(std::exp(score / std::sqrt(static_cast<double>(q[t].size()))));
            sum += weights.back();
        }
        Row mixed(v[0].size(), 0);
        for (std::size_t j = first(t); j <= last(t); ++j) {
            for (std::size_t i = 0; i < mixed.size(); ++i)
                mixed[i] += weights[j - first(t)] / sum * v[j][i];
        }
        out.push_back(mixed);
    }
    return out;
}

void append_columns(Rows& to, const Rows& more) {
    to.resize(more.size());
    for (std::size_t t = 0; t < more.size(); ++t)
        to[t].insert(to[t].end(), more[t].begin(), more[t].end());
}

/// Pairs (i, i + head / 2) turned by position times frequency i.
Rows rotated(Rows x, const Row& frequencies) {
    const std::size_t half = frequencies.size();
    for (std::size_t t = 0; t < x.size(); ++t) {
        for (std::size_t i = 0; i < half; ++i) {
            const double angle = static_cast<double>(t) * frequencies[i];
            const double a = x[t][i], b = x[t][i + half];
            x[t][i] = a * std::cos(angle) - b * std::sin(angle);
            x[t][i + half] = a * std::sin(angle) + b * std::cos(angle);
        }
    }
    return x;
}

Rows llama_attention(const Textbook& book, const Decoder& m, const std::string& name, Rows x) {
    const auto head = static_cast<std::size_t>(m.head), heads = static_cast<std::size_t>(m.heads);
    const auto shared = static_cast<std::size_t>(m.key_value_heads);
    const auto window = static_cast<std::size_t>(m.window);
    const Row frequencies = inverse_frequencies(m);
    const Rows qkv = book.linear(name + " qkv", x);
    Rows all;
    for (std::size_t h = 0; h < heads; ++h) {
        const std::size_t group = h / (heads / shared);
        append_columns(
            all, attend(
                     rotated(columns(qkv, h * head, head), frequencies),
                     rotated(columns(qkv, (heads + group) * head, head), frequencies),
                     columns(qkv, (heads + shared + group) * head, head),
                     [&](std::size_t t) { return window > 0 && t >= window ? t - window + 1 : 0; },
                     [](std::size_t t) { return t; }));
    }
    return book.linear(name + " output", all);
}

Row llama_logits(const Textbook& book, const Decoder& m) {
    const auto width = static_cast<std::size_t>(m.width);
    const auto inner = static_cast<std::size_t>(m.intermediate);
    Rows x;
    for (const double token : book.of("tokens")) x.push_back(book.row("embedding", token, width));
    for (int i = 0; i < m.layers; ++i) {
        const std::string name = "layer " + std::to_string(i);
        x = plus(x, llama_attention(book, m, name + " attention",
                                    book.norm(name + " attention norm", x, m.norm_epsilon, false)));
        const Rows both = book.linear(name + " mlp gate and up",
                                      book.norm(name + " mlp norm", x, m.norm_epsilon, false));
        Rows hidden = columns(both, 0, inner);
        for (std::size_t t = 0; t < hidden.size(); ++t) {
            for (std::size_t j = 0; j < inner; ++j)
                hidden[t][j] *= both[t][inner + j] / (1 + std::exp(-hidden[t][j]));
        }
        x = plus(x, book.linear(name + " mlp down", hidden));
    }
    const Row last = book.norm("last norm", {x.back()}, m.norm_epsilon, false)[0];
    const Row table = book.of(m.tied_embeddings ? "embedding" : "head weight");
    Row logits(static_cast<std::size_t>(m.vocabulary), 0);
    for (std::size_t v = 0; v < logits.size(); ++v) {
        for (std::size_t k = 0; k < width; ++k) logits[v] += table[v * width + k] * last[k];
    }
    return logits;
}

/// Self attention, feed-forward with GELU.
Rows full_attention(const Textbook& book, const std::string& name, const Rows& x,
                    std::size_t heads) {
    const std::size_t width = x[0].size(), head = width / heads;
    const Rows qkv = book.linear(name + " qkv", x);
    Rows all;
    for (std::size_t h = 0; h < heads; ++h) {
        append_columns(all, attend(
                                columns(qkv, h * head, head), columns(qkv, width + h * head, head),
                                columns(qkv, 2 * width + h * head, head),
                                [](std::size_t) { return std::size_t{0}; },
                                [&](std::size_t) { return x.size() - 1; }));
    }
    return book.linear(name + " output", all);
}

Rows feed_forward(const Textbook& book, const std::string& name, const Rows& x) {
    Rows up = book.linear(name + " up", x);
    for (Row& each : up) {
        for (double& v : each) v = v / 2 * (1 + std::erf(v / std::sqrt(2.0)));
    }
    return book.linear(name + " down", up);
}

Rows bert_hidden(const Textbook& book, const Encoder& m) {
    const auto width = static_cast<std::size_t>(m.width);
    const auto heads = static_cast<std::size_t>(m.heads);
    const Row tokens = book.of("tokens"), types = book.of("token types");
    Rows x;
    for (std::size_t t = 0; t < tokens.size(); ++t) {
        const Rows sum = plus(plus({book.row("embedding", tokens[t], width)},
                                   {book.row("type embedding", types[t], width)}),
                              {book.row("position embedding", static_cast<double>(t), width)});
        x.push_back(sum[0]);
    }
    x = book.norm("embedding norm", x, m.norm_epsilon, true);
    for (int i = 0; i < m.layers; ++i) {
        const std::string name = "layer " + std::to_string(i);
        x = book.norm(name + " attention norm",
                      plus(x, full_attention(book, name + " attention", x, heads)), m.norm_epsilon,
                      true);
        x = book.norm(name + " mlp norm", plus(x, feed_forward(book, name + " mlp", x)),
                      m.norm_epsilon, true);
    }
    return x;
}

void require_near(const Row& is, const Row& expected) {
    REQUIRE(is.size() == expected.size());
    for (std::size_t i = 0; i < is.size(); ++i) REQUIRE(is[i] == Approx(expected[i]).margin(1e-10));
}

}  // namespace

TEST_CASE("a decoder's graph computes what the textbook says") {
    const std::string name =
        GENERATE(as<std::string>{}, "llama_3_2_1b", "llama_3_1_8b", "qwen2_5_0_5b", "mistral_7b");
    CAPTURE(name);
    const Model model = twin(test::shipped(name));
    const Textbook book(model, 9);
    require_near(book.of("logits"), llama_logits(book, std::get<Decoder>(model.family)));
}

TEST_CASE("an encoder's graph computes what the textbook says") {
    const Model model = twin(test::shipped("bert_base"));
    const Textbook book(model, 6);
    const Rows hidden = bert_hidden(book, std::get<Encoder>(model.family));
    Row flat;
    for (const Row& each : hidden) flat.insert(flat.end(), each.begin(), each.end());
    require_near(book.of("hidden"), flat);
    Row pooled = book.linear("pooler", {hidden[0]})[0];
    for (double& each : pooled) each = std::tanh(each);
    require_near(book.of("pooled"), pooled);
}

TEST_CASE("a vision transformer's graph computes what the textbook says") {
    const Model model = twin(test::shipped("vit_b_16"));
    const auto& m = std::get<VisionTransformer>(model.family);
    const Textbook book(model, 1);
    const Row image = book.of("image"), kernel = book.of("patches weight");
    const auto size = static_cast<std::size_t>(m.image), patch = static_cast<std::size_t>(m.patch);
    const auto width = static_cast<std::size_t>(m.width), side = size / patch;
    Rows x = plus({book.of("class token")}, {book.row("position embedding", 0, width)});
    for (std::size_t p = 0; p < side * side; ++p) {
        Row sum = book.of("patches bias");
        for (std::size_t i = 0; i < width * 3 * patch * patch; ++i) {
            const std::size_t column = i % patch, line = i / patch % patch;
            const std::size_t channel = i / patch / patch % 3, out = i / patch / patch / 3;
            const std::size_t y = p / side * patch + line, at = p % side * patch + column;
            sum[out] += kernel[i] * image[(channel * size + y) * size + at];
        }
        x.push_back(
            plus({sum}, {book.row("position embedding", static_cast<double>(p + 1), width)})[0]);
    }
    for (int i = 0; i < m.layers; ++i) {
        const std::string name = "layer " + std::to_string(i);
        const Rows a = book.norm(name + " attention norm", x, m.norm_epsilon, true);
        x = plus(x,
                 full_attention(book, name + " attention", a, static_cast<std::size_t>(m.heads)));
        x = plus(x, feed_forward(book, name + " mlp",
                                 book.norm(name + " mlp norm", x, m.norm_epsilon, true)));
    }
    const Rows last = book.norm("last norm", {x[0]}, m.norm_epsilon, true);
    require_near(book.of("logits"), book.linear("head", last)[0]);
}

TEST_CASE("a U-Net's block attends to its context and gates as the textbook says") {
    const Model model = twin(test::shipped("sd_1_5_unet_block"));
    const auto& m = std::get<UnetBlock>(model.family);
    const Textbook book(model, 1);
    const auto width = static_cast<std::size_t>(m.channels);
    const auto heads = static_cast<std::size_t>(m.heads);
    const auto rows = [&](const std::string& name, std::size_t columns) {
        const Row all = book.of(name);
        Rows cut;
        for (std::size_t i = 0; i < all.size() / columns; ++i)
            cut.push_back(book.row(name, static_cast<double>(i), columns));
        return cut;
    };
    const Rows q = rows("cross q", width), kv = rows("cross k and v", 2 * width);
    REQUIRE(kv.size() == static_cast<std::size_t>(m.context_tokens));
    Rows seen;
    for (std::size_t h = 0; h < heads; ++h) {
        const std::size_t head = width / heads;
        append_columns(seen, attend(
                                 columns(q, h * head, head), columns(kv, h * head, head),
                                 columns(kv, width + h * head, head),
                                 [](std::size_t) { return std::size_t{0}; },
                                 [&](std::size_t) { return kv.size() - 1; }));
    }
    const Rows both = rows("mlp up", 8 * width), gated = rows("mlp gated", 4 * width);
    for (std::size_t t = 0; t < q.size(); ++t) {
        require_near(rows("cross attention", width)[t], seen[t]);
        Row product(4 * width);
        for (std::size_t j = 0; j < product.size(); ++j) {
            const double gate = both[t][4 * width + j];  // the second half
            product[j] = both[t][j] * gate / 2 * (1 + std::erf(gate / std::sqrt(2.0)));
        }
        require_near(gated[t], product);
    }
}

}  // namespace assay
