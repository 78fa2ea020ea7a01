// SPDX-License-Identifier: Apache-2.0
// Private to core/result: what must hold between a case's load, its sample and what its protocol
// asks for, whoever wrote the file.
#pragma once

#include <string>

#include "core/result/record.hpp"

namespace assay {

/// "" or what is wrong with the load of the record, to be said after its name.
std::string load_fault(const CaseRecord& record);

}  // namespace assay
