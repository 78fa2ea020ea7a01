// SPDX-License-Identifier: Apache-2.0
// All commands of the program, one command_NAME.cpp each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/assay/command_line.hpp"

namespace assay {

/// `command_line`: argv as it was given, for the result file.
std::unique_ptr<Command> make_run_command(std::vector<std::string> command_line);
std::unique_ptr<Command> make_list_command();
std::unique_ptr<Command> make_show_command();
std::unique_ptr<Command> make_compare_command();
std::unique_ptr<Command> make_history_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_verify_command();
std::unique_ptr<Command> make_sign_command();
std::unique_ptr<Command> make_reproduce_command(std::vector<std::string> command_line);
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_new_command();
std::unique_ptr<Command> make_export_command();
std::unique_ptr<Command> make_aa_command(std::vector<std::string> command_line);

}  // namespace assay
