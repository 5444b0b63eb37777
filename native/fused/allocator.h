// A CPU allocator for libtorch that keeps large blocks for the next step instead of giving them back to the system.
#pragma once
#include <cstddef>
#include <cstdint>

namespace patina {

// Puts it in libtorch's place, once for the process, unless PATINA_ALLOCATOR=system or no address space can be had.
void installAllocator();

struct AllocatorStatistics {
  int64_t installed;      // 0 or 1
  int64_t used, kept;     // bytes of large blocks in use, and free but kept
  int64_t peak;           // the most ever used
  int64_t made, reused;   // allocations of large blocks: from new memory, from kept blocks
};
AllocatorStatistics allocatorStatistics();

// Gives the kept blocks' memory back to the system. Returns how many bytes.
int64_t trimAllocator();

}  // namespace patina
