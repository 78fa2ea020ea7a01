// SPDX-License-Identifier: Apache-2.0
// Attention by our own loops. Many queries: K is transposed and V converted once into the
// workspace, then blocks of queries of every head run over them as small matrix products. Few
// queries (decoding): all heads that share a K read it once, as it lies, in chunks over the
// threads, whose results are joined at the end.
#include "attention_tile.hpp"

namespace assay::onednn {
namespace {

enum Input { q_in = 0, k_in = 1, v_in = 2, mask_in = 3, lengths_in = 4, table_in = 5 };

std::int64_t padded(std::int64_t n, std::int64_t to) {
    return (n + to - 1) / to * to;
}

class AttentionExec final : public OpExec {
public:
    explicit AttentionExec(const sdk::Op& op)
        : OpExec(op), attrs_(op.attrs<assay_attention_attrs>()) {
        check();
        const double scale = attrs_.scale != 0 ? attrs_.scale : 1 / std::sqrt(double(d_));
        scale_ = static_cast<float>(scale);
        width_ = padded(dv_, 16);
        if (s_ >= few) {
            prepare_many();
        } else {
            prepare_few();
        }
        workspace_bytes_ = scratch_.bytes() + shared_.bytes();
    }

private:
    static constexpr std::int64_t few = 8;  // chosen: fewer queries do not pay for a transposition
    static constexpr std::int64_t rows = 48;  // chosen: eight groups of the six that fit registers
    static constexpr std::int64_t block = Tile::block;

    void check() {
        const View &q = input(q_in), &k = input(k_in), &v = input(v_in), &o = output(0);
        for (const View* view : {&q, &k, &v, &o}) {
            require(view->rank == 4, "attention: Q, K, V and O have four dimensions");
            take_floats(*view, "Q, K, V or O");
            if (view->step(3) != 1 && view->dim(3) > 1) unsupported("a head with steps inside");
        }
        b_ = q.dim(0), hq_ = q.dim(1), s_ = q.dim(2), d_ = q.dim(3);
        hk_ = k.dim(1), t_ = k.dim(2), dv_ = v.dim(3);
        require(hk_ > 0 && hq_ % hk_ == 0, "attention: query heads are no multiple of K's heads");
        require(
            k.dim(0) == b_ && v.dim(0) == b_ && v.dim(1) == hk_ && v.dim(2) == t_ && k.dim(3) == d_,
            "attention: Q, K and V do not agree");
        require(o.dim(0) == b_ && o.dim(1) == hq_ && o.dim(2) == s_ && o.dim(3) == dv_,
                "attention: O is not [batch, query heads, queries, head of V]");
        const auto heads = [](std::int32_t said, std::int64_t is) {
            return said == 0 || said == is;
        };
        require(heads(attrs_.query_heads, hq_) && heads(attrs_.kv_heads, hk_),
                "attention: heads of the attributes and of the tensors do not agree");
        if (attrs_.page_tokens != 0 || input(table_in).present()) unsupported("paged K and V");
        check_optional();
    }

    void check_optional() {
        const View &mask = input(mask_in), &lengths = input(lengths_in);
        if (mask.present()) {
            take_floats(mask, "the mask");
            require(mask.rank <= 4, "attention: the mask has more than four dimensions");
            const std::int64_t full[] = {b_, hq_, s_, t_};
            for (int i = 0; i < mask.rank; ++i) {
                const int at = 4 - mask.rank + i;
                require(mask.dim(i) == 1 || mask.dim(i) == full[at],
                        "attention: the mask does not broadcast to the scores");
                mask_steps_[at] = mask.dim(i) == 1 ? 0 : mask.step(i);
            }
        }
        if (!lengths.present()) return;
        take_only(lengths, "lengths", {ASSAY_I32});
        require(lengths.count == b_, "attention: lengths has not one number for each batch");
        take_dense(lengths, "lengths");
    }

    void prepare_many() {
        blocks_ = (t_ + block - 1) / block;
        shared_ = Scratch(b_ * hk_ * blocks_ * block * (d_ + width_), 1);
        scratch_ =
            Scratch(rows * (d_ + block + 4) + Tile::state(rows, width_) + std::max(d_, block));
        path_ += ", K transposed, blocks of queries";
    }

    void prepare_few() {
        // chosen: four chunks for each thread, none shorter than four blocks
        const std::int64_t wanted = 4 * thread_count(), pairs = std::max<std::int64_t>(b_ * hk_, 1);
        chunk_ = std::max(padded((t_ * pairs + wanted - 1) / wanted, block), 4 * block);
        chunks_ = std::max<std::int64_t>((t_ + chunk_ - 1) / chunk_, 1);
        group_ = hq_ / hk_ * s_;
        shared_ = Scratch(b_ * hk_ * chunks_ * Tile::state(group_, width_), 1);
        scratch_ = Scratch(group_ * (d_ + block + 4) + block * (d_ + width_));
        path_ += ", K and V streamed";
    }

    Seen seen_by(std::int64_t batch, std::int64_t query) const {
        std::int64_t length = t_;
        if (input(lengths_in).present()) {
            length = std::clamp<std::int64_t>(in<std::int32_t>(lengths_in)[batch], 0, t_);
        }
        const std::int64_t at = length - s_ + query;
        const std::int64_t last =
            attrs_.causal != 0 ? std::clamp<std::int64_t>(at + 1, 0, length) : length;
        const std::int64_t first =
            attrs_.window > 0 ? std::max<std::int64_t>(at - attrs_.window + 1, 0) : 0;
        return {std::min(first, last), last};
    }

    static std::int64_t at(const View& view, std::int64_t batch, std::int64_t head,
                           std::int64_t token) {
        return batch * view.step(0) + head * view.step(1) + token * view.step(2);
    }

    void load(Input i, std::int64_t offset, float* to, std::int64_t n) const {
        const View& view = input(i);
        simd().load(view.dtype, in<char>(i) + offset * view.width(), 1, to, n);
    }

    /// Query `query` of a head, scaled.
    void load_query(std::int64_t batch, std::int64_t head, std::int64_t query, float* to) const {
        load(q_in, at(input(q_in), batch, head, query), to, d_);
        simd().scale(to, scale_, d_);
    }

    void add_mask(float* scores, const std::int64_t (&where)[3], std::int64_t key,
                  std::int64_t n) const {
        if (!input(mask_in).present()) return;
        float buffer[block];
        const std::int64_t offset = where[0] * mask_steps_[0] + where[1] * mask_steps_[1] +
                                    where[2] * mask_steps_[2] + key * mask_steps_[3];
        simd().add(floats(input(mask_in), in(mask_in), offset, mask_steps_[3], buffer, n), 1.f,
                   scores, n);
    }

    void finish(std::int64_t batch, std::int64_t head, std::int64_t query, float* values,
                float sum) {
        simd().scale(values, sum > 0 ? 1 / sum : 0.f, dv_);
        store_floats(output(0), out(0), at(output(0), batch, head, query), 1, values, dv_);
    }

    void run() override {
        if (s_ >= few) {
            run_many();
        } else {
            run_few();
        }
    }

    // ---------------------------------------------------------------- many queries

    float* packed_k(std::int64_t pair, std::int64_t i) {
        return shared_.of(0) + (pair * blocks_ + i) * block * (d_ + width_);
    }
    float* packed_v(std::int64_t pair, std::int64_t i) { return packed_k(pair, i) + block * d_; }

    void pack(std::int64_t pair, std::int64_t i, float* row) {
        float *k = packed_k(pair, i), *v = packed_v(pair, i);
        const std::int64_t batch = pair / hk_, head = pair % hk_;
        std::fill(k, k + block * (d_ + width_), 0.f);
        for (std::int64_t j = 0; j < std::min(block, t_ - i * block); ++j) {
            load(k_in, at(input(k_in), batch, head, i * block + j), row, d_);
            for (std::int64_t p = 0; p < d_; ++p) k[p * block + j] = row[p];
            load(v_in, at(input(v_in), batch, head, i * block + j), v + j * width_, dv_);
        }
    }

    void run_many() {
        parallel(b_ * hk_ * blocks_, thread_count(), [&](auto begin, auto end, int thread) {
            for (auto i = begin; i < end; ++i) pack(i / blocks_, i % blocks_, scratch_.of(thread));
        });
        const std::int64_t parts = (s_ + rows - 1) / rows;
        parallel(b_ * hq_ * parts, thread_count(), [&](auto begin, auto end, int thread) {
            for (auto i = begin; i < end; ++i)
                queries(i / parts, i % parts * rows, scratch_.of(thread));
        });
    }

    void queries(std::int64_t pair, std::int64_t first, float* memory) {
        const std::int64_t batch = pair / hq_, head = pair % hq_;
        Seen seen[rows];
        Tile tile;
        tile.rows = std::min(rows, s_ - first);
        tile.width = width_;
        tile.seen = seen;
        tile.scores = memory + rows * d_;
        tile.place(tile.scores + rows * block);
        tile.clear();
        Seen all{t_, 0};
        for (std::int64_t row = 0; row < tile.rows; ++row) {
            load_query(batch, head, first + row, memory + row * d_);
            seen[row] = seen_by(batch, first + row);
            all = {std::min(all.first, seen[row].first), std::max(all.last, seen[row].last)};
        }
        const std::int64_t kv = batch * hk_ + head / (hq_ / hk_);
        for (std::int64_t i = all.first / block; i * block < all.last; ++i) {
            std::fill(tile.scores, tile.scores + tile.rows * block, 0.f);
            simd().gemm(tile.rows, block, d_, memory, d_, packed_k(kv, i), block, tile.scores,
                        block);
            const std::int64_t count = std::min(block, t_ - i * block);
            for (std::int64_t row = 0; row < tile.rows; ++row) {
                add_mask(tile.scores + row * block, {batch, head, first + row}, i * block, count);
            }
            tile.absorb(i * block, count, packed_v(kv, i), width_);
        }
        for (std::int64_t row = 0; row < tile.rows; ++row) {
            finish(batch, head, first + row, tile.values + row * width_, tile.sums[row]);
        }
    }

    // ---------------------------------------------------------------- few queries

    /// Row `row` of a group: which head and which query.
    std::int64_t head_of(std::int64_t kv_head, std::int64_t row) const {
        return kv_head * (hq_ / hk_) + row / s_;
    }

    void run_few() {
        parallel(b_ * hk_ * chunks_, thread_count(), [&](auto begin, auto end, int thread) {
            for (auto i = begin; i < end; ++i) chunk(i, scratch_.of(thread));
        });
        parallel(b_ * hk_, team(b_ * hq_ * s_ * dv_), [&](auto begin, auto end, int) {
            for (auto pair = begin; pair < end; ++pair) join(pair);
        });
    }

    Tile tile_of(std::int64_t item) {
        Tile tile;
        tile.rows = group_;
        tile.width = width_;
        tile.place(shared_.of(0) + item * Tile::state(group_, width_));
        return tile;
    }

    void chunk(std::int64_t item, float* memory) {
        const std::int64_t pair = item / chunks_, first = item % chunks_ * chunk_;
        const std::int64_t batch = pair / hk_, head = pair % hk_;
        Tile tile = tile_of(item);
        tile.seen = reinterpret_cast<Seen*>(memory);
        float* const q = memory + group_ * static_cast<std::int64_t>(sizeof(Seen) / sizeof(float));
        tile.scores = q + group_ * d_;
        tile.clear();
        float *k = tile.scores + group_ * block, *v = k + block * d_;
        Seen all{t_, 0};
        for (std::int64_t row = 0; row < group_; ++row) {
            load_query(batch, head_of(head, row), row % s_, q + row * d_);
            const Seen seen = seen_by(batch, row % s_);
            tile.seen[row] = seen;
            all = {std::min(all.first, seen.first), std::max(all.last, seen.last)};
        }
        const std::int64_t begin = std::max(first, all.first),
                           end = std::min(first + chunk_, all.last);
        for (std::int64_t key = begin; key < end; key += block) {
            const std::int64_t count = std::min(block, end - key);
            for (std::int64_t j = 0; j < count; ++j) {
                load(k_in, at(input(k_in), batch, head, key + j), k + j * d_, d_);
                load(v_in, at(input(v_in), batch, head, key + j), v + j * width_, dv_);
            }
            for (std::int64_t row = 0; row < group_; ++row) {
                float* scores = tile.scores + row * block;
                simd().dots(q + row * d_, k, d_, 1.f, scores, count);
                add_mask(scores, {batch, head_of(head, row), row % s_}, key, count);
            }
            tile.absorb(key, count, v, width_);
        }
    }

    /// The chunks of one K head into the first of them, and that to O.
    void join(std::int64_t pair) {
        Tile total = tile_of(pair * chunks_);
        for (std::int64_t row = 0; row < group_; ++row) {
            float* values = total.values + row * width_;
            for (std::int64_t i = 1; i < chunks_; ++i) {
                const Tile part = tile_of(pair * chunks_ + i);
                const float most = std::max(total.most[row], part.most[row]);
                if (part.most[row] == -INFINITY) continue;
                const float old = std::exp(total.most[row] - most),
                            add = std::exp(part.most[row] - most);
                simd().scale(values, old, width_);
                simd().add(part.values + row * width_, add, values, width_);
                total.sums[row] = total.sums[row] * old + part.sums[row] * add;
                total.most[row] = most;
            }
            finish(pair / hk_, head_of(pair % hk_, row), row % s_, values, total.sums[row]);
        }
    }

    assay_attention_attrs attrs_;
    std::int64_t b_ = 0, hq_ = 0, hk_ = 0, s_ = 0, t_ = 0, d_ = 0, dv_ = 0;
    std::int64_t width_ = 0, blocks_ = 0, chunk_ = 0, chunks_ = 0, group_ = 0;
    std::int64_t mask_steps_[4] = {};
    float scale_ = 1;
    Scratch shared_, scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_attention(const sdk::Op& op) {
    return std::make_unique<AttentionExec>(op);
}

}  // namespace assay::onednn
