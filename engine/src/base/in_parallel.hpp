// Pieces of work on several threads at once, as if they were done one after another. Entry point: in_parallel.
#pragma once

#include <cstddef>
#include <functional>

namespace bandtariff::base {

/// As many threads as were asked for; where 0 were, as many as the machine runs at once.
[[nodiscard]] unsigned threads_of(unsigned asked);

/// Does `work(0)` to `work(pieces - 1)`, each once, the caller's thread helping. Where some throw, the exception of the first
/// of them by number reaches the caller: which one that is depends on no thread. Pieces after it may be left undone. A piece may
/// call this again, but must not wait for a piece that nobody may have begun.
void in_parallel(unsigned threads, std::size_t pieces, const std::function<void(std::size_t piece)>& work);

}  // namespace bandtariff::base
