// The table that owns every tensor JavaScript holds. A handle is a small integer: 20 bits of slot, 11 bits of
// generation, so that a handle used after its end is an error and not another tensor. Slot 0 is never used.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace patina {

using Handle = int32_t;

class HandleTable {
 public:
  HandleTable();
  // Takes the tensor over and gives it a handle; 0 for an undefined tensor.
  Handle add(at::Tensor tensor);
  // The tensor of a live handle; nullptr for 0, released and foreign handles.
  const at::Tensor* find(Handle handle) const {
    const uint32_t slot = static_cast<uint32_t>(handle) & slotMask;
    if (slot == 0 || slot >= slots.size() || slots[slot].handle != handle) return nullptr;
    return &slots[slot].tensor;
  }
  // The tensor of a live handle. Throws Failure "handle" for any other.
  const at::Tensor& get(Handle handle) const;
  // Frees a live handle; false if it was not live.
  bool release(Handle handle);

  int64_t live() const { return liveCount; }
  int64_t peak() const { return peakCount; }
  // Bytes of the storages that came in with the live handles (a view of a known storage counts nothing).
  int64_t bytes() const { return liveBytes; }

 private:
  static constexpr uint32_t slotBits = 20, slotMask = (1u << slotBits) - 1, generationMask = (1u << 11) - 1;
  // A slot rests until this many others are free: generations then repeat only after millions of tensors.
  static constexpr size_t restingSlots = 1024;

  struct Slot {
    at::Tensor tensor;
    Handle handle = 0;  // 0 while free
    uint32_t generation = 0;
    int64_t bytes = 0;
  };
  std::vector<Slot> slots;
  std::vector<uint32_t> freeSlots;  // a ring: oldest first
  size_t freeHead = 0, freeCount = 0;
  int64_t liveCount = 0, peakCount = 0, liveBytes = 0;

  uint32_t takeSlot();
  void giveSlot(uint32_t slot);
};

}  // namespace patina
