// SPDX-License-Identifier: Apache-2.0
// Tiny models through a pass on the reference plugin: the text of a decoder, cases of a model's
// text, and what becomes of one.
#pragma once

#include <string>

#include "core/suite/model_case.hpp"
#include "tests/unit/measure/on_simulated.hpp"

namespace assay {

inline const std::string decoder =
    "title = \"T\"\nsource = \"made up\"\n[decoder]\nvocabulary = 50\nwidth = 32\nlayers = 2\n"
    "heads = 4\nkey_value_heads = 2\nhead = 8\nintermediate = 48\npositions = 64\n"
    "tied_embeddings = true\n";

inline Case model_case(const std::string& text, Inference run = {}) {
    Case each;
    run.model = "tiny";
    each.model_text = text;
    each.model_file = "models/tiny.toml";
    each.workload = run;
    count(each);
    each.id = short_name(each.workload);
    return each;
}

inline const Plugin& reference() {
    static const Plugin& plugin = *new Plugin(Plugin::load(REFERENCE_PLUGIN, HostEvents{}));
    return plugin;
}

inline CaseRecord on_reference(const Case& each) {
    const Device device = reference().open(0, {});
    CaseRecord record;
    run_pass(job_of({each}), device,
             {.phase = [](int, const char*) {},
              .finished = [&](int, const CaseRecord& found) { record = found; },
              .stop = [] { return false; }});
    return record;
}

}  // namespace assay
