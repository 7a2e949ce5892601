// Debug builds check a compiled record before it is used.
#pragma once

#include "plan/program.hpp"

namespace bandtariff::plan {

/// Throws std::logic_error naming the step where a program breaks a promise that the kernel relies on: a register, table or
/// leaf that is not there, a register read before it is written, a factor that is no whole number in an integer lane.
void verify(const RecordProgram& record, const Ranks& ranks);

}  // namespace bandtariff::plan
