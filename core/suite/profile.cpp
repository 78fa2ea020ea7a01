// SPDX-License-Identifier: Apache-2.0
#include "core/suite/profile.hpp"

#include <array>

namespace assay {
namespace {

Profile quick() {
    Profile profile;
    profile.name = "quick";
    profile.passes = 5;
    profile.warmup_seconds = 0.15;
    profile.device_warmup_seconds = 0.5;
    profile.min_seconds = 0.25;
    profile.max_seconds = 2;
    profile.precision = 0.005;
    profile.margin = 0.03;
    return profile;
}

Profile publish() {
    Profile profile;
    profile.name = "publish";
    profile.passes = 20;
    profile.warmup_seconds = 0.5;
    profile.min_seconds = 0.5;
    profile.max_seconds = 10;
    return profile;
}

}  // namespace

std::optional<Profile> find_profile(std::string_view name) {
    for (const Profile& each : std::array{quick(), Profile{}, publish()}) {
        if (each.name == name) return each;
    }
    return std::nullopt;
}

}  // namespace assay
