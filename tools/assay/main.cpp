// SPDX-License-Identifier: Apache-2.0
// The one program. `assay worker` and `assay conform` are not for people: the supervisor starts the
// one, for each pass, `assay check` the other, for each check.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include "core/base/orphans.hpp"
#include "core/conform/conform.hpp"
#include "core/supervise/supervise.hpp"
#include "tools/assay/commands.hpp"

namespace {

/// Memory may run out where no exception can leave (nlohmann/json allocates in its destructor):
/// then this is all that can be said. Result files are whole at every moment, and workers end with
/// us.
void end_without_memory() {
    try {
        if (const std::exception_ptr error = std::current_exception())
            std::rethrow_exception(error);
    } catch (const std::bad_alloc&) {
        std::fputs("assay: out of memory\n", stderr);
        std::_Exit(assay::ExitCode::cannot_go_on);
    } catch (...) {
        std::abort();
    }
    std::abort();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc == 2 && std::string_view{argv[1]} == "worker") return assay::worker_main();
        if (argc == 2 && std::string_view{argv[1]} == "conform") return assay::conform_main();
        std::set_terminate(end_without_memory);
        assay::adopt_orphans();
        assay::Commands commands;
        commands.push_back(assay::make_run_command({argv, argv + argc}));
        commands.push_back(assay::make_list_command());
        commands.push_back(assay::make_show_command());
        commands.push_back(assay::make_compare_command());
        commands.push_back(assay::make_history_command());
        commands.push_back(assay::make_verify_command());
        commands.push_back(assay::make_sign_command());
        commands.push_back(assay::make_reproduce_command({argv, argv + argc}));
        commands.push_back(assay::make_check_command());
        commands.push_back(assay::make_new_command());
        commands.push_back(assay::make_export_command());
        commands.push_back(assay::make_doctor_command());
        commands.push_back(assay::make_aa_command({argv, argv + argc}));
        return assay::run_command_line(argc, argv, commands);
    } catch (const std::bad_alloc&) {
        std::fputs("assay: out of memory\n", stderr);
        return assay::ExitCode::cannot_go_on;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "assay: %s\n", error.what());
        return assay::ExitCode::cannot_go_on;
    }
}
