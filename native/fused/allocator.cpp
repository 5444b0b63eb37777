#include "allocator.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <unordered_map>
#include <vector>

#if defined(__linux__)
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace patina {

namespace {

#if defined(__linux__)

// Smaller ones go to malloc, which is as fast there.
constexpr size_t smallestBlock = size_t{1} << 16;
// Blocks come in eight sizes an octave: at most an eighth of one is not used.
constexpr size_t sizesPerOctave = 8, octaves = 26;
constexpr size_t hugePage = size_t{2} << 20;
// Memory is made usable in steps of this; the system gives it only where it is touched.
constexpr size_t growth = size_t{64} << 20;

struct SizeClass {
  size_t index, bytes;
};

SizeClass sizeClassOf(size_t bytes) {
  if (bytes < smallestBlock) bytes = smallestBlock;
  const int octave = 63 - __builtin_clzll(bytes);
  const size_t unit = (size_t{1} << octave) / sizesPerOctave;
  const size_t units = (bytes + unit - 1) / unit;  // sizesPerOctave to 2 * sizesPerOctave
  return {(octave - 16) * sizesPerOctave + (units - sizesPerOctave), units * unit};
}

// How much may be kept: a quarter of the machine's memory, or of the control group's where that is less.
size_t keptLimit() {
  size_t memory = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t limit;
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"})
    if (std::ifstream(path) >> limit && limit < memory) memory = limit;
  return memory / 4;
}

// All large blocks lie in one range of addresses, reserved at the start: so one comparison tells a block of ours from
// one that libtorch took from malloc before, whoever frees it. Blocks keep their size and place for ever; what is given
// back to the system is the memory behind them.
class Arena {
 public:
  bool reserve() {
    for (size_t wanted = size_t{1} << 42; wanted >= size_t{1} << 34; wanted /= 4) {
      void* const range = mmap(nullptr, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (range == MAP_FAILED) continue;
      end = static_cast<char*>(range) + wanted;
      begin = fresh = ready = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(range) + hugePage - 1) / hugePage * hugePage);
      limit = keptLimit();
      return true;
    }
    return false;
  }

  bool owns(const void* pointer) const { return pointer >= begin && pointer < end; }

  // nullptr where the range is used up or the system gives no memory.
  void* take(size_t bytes) {
    const SizeClass size = sizeClassOf(bytes);
    if (size.index >= classes.size()) return nullptr;
    std::lock_guard<std::mutex> lock(mutex);
    FreeBlocks& blocks = classes[size.index];
    char* block;
    if (!blocks.warm.empty()) {
      block = blocks.warm.back();
      blocks.warm.pop_back();
      statistics.kept -= size.bytes;
      statistics.reused++;
    } else if (!blocks.cold.empty()) {
      block = blocks.cold.back();
      blocks.cold.pop_back();
      statistics.made++;
    } else {
      block = carve(size);
      if (!block) return nullptr;
      statistics.made++;
    }
    statistics.used += size.bytes;
    if (statistics.used > statistics.peak) statistics.peak = statistics.used;
    return block;
  }

  void give(void* pointer) {
    char* const block = static_cast<char*>(pointer);
    std::lock_guard<std::mutex> lock(mutex);
    const size_t index = classOf.at(block);
    const size_t bytes = bytesOf(index);
    statistics.used -= bytes;
    if (static_cast<size_t>(statistics.kept) + bytes > limit) {
      madvise(block, bytes, MADV_DONTNEED);
      classes[index].cold.push_back(block);
    } else {
      statistics.kept += bytes;
      classes[index].warm.push_back(block);
    }
  }

  int64_t trim() {
    std::lock_guard<std::mutex> lock(mutex);
    const int64_t freed = statistics.kept;
    for (size_t index = 0; index < classes.size(); index++) {
      FreeBlocks& blocks = classes[index];
      for (char* block : blocks.warm) {
        madvise(block, bytesOf(index), MADV_DONTNEED);
        blocks.cold.push_back(block);
      }
      blocks.warm.clear();
    }
    statistics.kept = 0;
    return freed;
  }

  AllocatorStatistics read() {
    std::lock_guard<std::mutex> lock(mutex);
    return statistics;
  }

 private:
  // Warm blocks have memory behind them, cold ones only addresses.
  struct FreeBlocks {
    std::vector<char*> warm, cold;
  };

  static size_t bytesOf(size_t index) {
    const size_t unit = (smallestBlock << (index / sizesPerOctave)) / sizesPerOctave;
    return (sizesPerOctave + index % sizesPerOctave) * unit;
  }

  char* carve(const SizeClass& size) {
    if (size.bytes > static_cast<size_t>(end - fresh)) return nullptr;
    if (fresh + size.bytes > ready) {
      size_t wanted = static_cast<size_t>(fresh - ready) + size.bytes;
      wanted = std::min((wanted + growth - 1) / growth * growth, static_cast<size_t>(end - ready) / hugePage * hugePage);
      if (ready + wanted < fresh + size.bytes || mprotect(ready, wanted, PROT_READ | PROT_WRITE) != 0) return nullptr;
      madvise(ready, wanted, MADV_HUGEPAGE);  // a wish: a system without huge pages refuses it
      ready += wanted;
    }
    char* const block = fresh;
    classOf.emplace(block, size.index);
    fresh += size.bytes;
    return block;
  }

  char *begin = nullptr, *end = nullptr;
  char* fresh = nullptr;  // addresses from here on were never given out
  char* ready = nullptr;  // memory from here on cannot be used yet
  size_t limit = 0;
  std::mutex mutex;
  std::array<FreeBlocks, sizesPerOctave * octaves> classes;
  std::unordered_map<char*, size_t> classOf;  // every block ever carved
  AllocatorStatistics statistics{1, 0, 0, 0, 0, 0};
};

// Never ended: libtorch frees tensors of static storage at the process' exit, and from threads that outlive main.
Arena* arena = nullptr;

void freeBlock(void* pointer) {
  if (!pointer) return;
  if (arena->owns(pointer))
    arena->give(pointer);
  else
    c10::free_cpu(pointer);
}

class CachingAllocator final : public c10::Allocator {
 public:
  // Which of the two is the virtual one, and whether copy_data is, depends on the version of libtorch.
  c10::DataPtr allocate(size_t bytes) const { return take(bytes); }
  c10::DataPtr allocate(size_t bytes) { return take(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return &freeBlock; }

 private:
  static c10::DataPtr take(size_t bytes) {
    void* pointer = bytes >= smallestBlock ? arena->take(bytes) : nullptr;
    if (!pointer) pointer = c10::alloc_cpu(bytes);  // nullptr for none; throws where there is no memory
    return {pointer, pointer, &freeBlock, c10::Device(c10::DeviceType::CPU)};
  }
};

// A worker that ends closes its addon: code that libtorch calls at any later time must stay.
void stayLoaded() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&freeBlock), &info)) dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

#endif

std::once_flag installed;

}  // namespace

void installAllocator() {
#if defined(__linux__)
  std::call_once(installed, [] {
    const char* wanted = std::getenv("PATINA_ALLOCATOR");
    if (wanted && !std::strcmp(wanted, "system")) return;
    if (sysconf(_SC_PAGESIZE) > static_cast<long>(smallestBlock / sizesPerOctave)) return;  // blocks begin at pages
    Arena* const made = new Arena();
    if (!made->reserve()) {
      delete made;
      return;
    }
    arena = made;
    stayLoaded();
    c10::SetCPUAllocator(new CachingAllocator());
  });
#endif
}

AllocatorStatistics allocatorStatistics() {
#if defined(__linux__)
  if (arena) return arena->read();
#endif
  return {};
}

int64_t trimAllocator() {
#if defined(__linux__)
  if (arena) return arena->trim();
#endif
  return 0;
}

namespace {

std::vector<int64_t> statisticsList() {
  const AllocatorStatistics s = allocatorStatistics();
  return {s.installed, s.used, s.kept, s.peak, s.made, s.reused};
}

}  // namespace

TORCH_LIBRARY_IMPL(patina, CatchAll, m) {
  m.impl("allocator_statistics", &statisticsList);
  m.impl("allocator_trim", &trimAllocator);
}

}  // namespace patina
