// SPDX-License-Identifier: Apache-2.0
// What is assumed of another session, and what it does to an interval.
#include "core/result/session.hpp"

#include <cmath>

#include <catch2/catch.hpp>

using namespace assay;

TEST_CASE("only the CPU of a virtual machine is assumed to share its time with strangers") {
    Machine bare, guest;
    guest.hypervisor = "KVM";
    DeviceRecord cpu, gpu;
    cpu.kind = "cpu";
    gpu.kind = "gpu";
    CHECK(assumed_session_sd(bare, cpu) == 0.005);
    CHECK(assumed_session_sd(guest, cpu) == 0.03);
    CHECK(assumed_session_sd(guest, gpu) == 0.005);
}

TEST_CASE(
    "what assay aa measured replaces what is assumed, and counts as more when sessions are few") {
    RunRecord header;
    header.machine.hypervisor = "KVM";
    header.subjects.resize(2);
    for (Subject& subject : header.subjects) subject.device.kind = "cpu";
    const KnownSessions known = {
        SessionSpread{.sd = 0.01, .upper95 = 0.02, .sessions = 5, .freedom = 4}};
    const SessionTerm measured = session_term(known, header, 0);
    CHECK(measured.sd == Approx(0.01 * 2.7764451 / 1.959963985).epsilon(1e-6));  // t(.975, 4)
    CHECK(measured.source ==
          "session sd 1 %, measured here by assay aa over 5 sessions (counts as 1.4 %)");
    const SessionTerm assumed = session_term(known, header, 1);
    CHECK(assumed.sd == 0.03);
    CHECK(assumed.source == "3 % assumed in a virtual machine; measure it: assay aa");
}

TEST_CASE("the spread of sessions is added to an interval in quadrature, on logarithms") {
    // 3 and 4 make 5: a half width of 0.03, and 1.95996 sd = 0.04.
    const Interval own{2, 2 * std::exp(-0.03), 2 * std::exp(0.03), 0.95};
    const Interval wide = across_sessions(own, 0.04 / 1.959963985);
    CHECK(wide.center == 2);
    CHECK(wide.low == Approx(2 * std::exp(-0.05)).epsilon(1e-9));
    CHECK(wide.high == Approx(2 * std::exp(0.05)).epsilon(1e-9));
}

TEST_CASE("passes without any spread still differ from another session's") {
    const Interval wide = across_sessions({1, 1, 1, 0.95}, 0.01);
    CHECK(wide.low == Approx(std::exp(-0.01959964)).epsilon(1e-7));
    CHECK(wide.high == Approx(std::exp(0.01959964)).epsilon(1e-7));
}

TEST_CASE("a number without an interval gets none from sessions") {
    const Interval one = across_sessions({3, 3, 3, 0}, 0.03);
    CHECK(one.low == 3);
    CHECK(one.high == 3);
}
