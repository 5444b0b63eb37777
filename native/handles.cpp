#include "handles.h"

#include "errors.h"

namespace patina {

HandleTable::HandleTable() : slots(1), freeSlots(1 << 12) {}

uint32_t HandleTable::takeSlot() {
  if (freeCount > restingSlots || slots.size() > slotMask) {
    if (freeCount == 0) fail("handle", "more than a million tensors are alive. Release some: work in a scope().");
    const uint32_t slot = freeSlots[freeHead];
    freeHead = (freeHead + 1) & (freeSlots.size() - 1);
    freeCount--;
    return slot;
  }
  slots.emplace_back();
  return static_cast<uint32_t>(slots.size() - 1);
}

void HandleTable::giveSlot(uint32_t slot) {
  if (freeCount == freeSlots.size()) {
    std::vector<uint32_t> larger(freeSlots.size() * 2);
    for (size_t i = 0; i < freeCount; i++) larger[i] = freeSlots[(freeHead + i) & (freeSlots.size() - 1)];
    freeSlots = std::move(larger);
    freeHead = 0;
  }
  freeSlots[(freeHead + freeCount) & (freeSlots.size() - 1)] = slot;
  freeCount++;
}

Handle HandleTable::add(at::Tensor tensor) {
  if (!tensor.defined()) return 0;
  const uint32_t index = takeSlot();
  Slot& slot = slots[index];
  slot.generation = (slot.generation + 1) & generationMask;
  slot.handle = static_cast<Handle>((slot.generation << slotBits) | index);
  slot.bytes = tensor.has_storage() && tensor.storage().use_count() == 1 ? tensor.storage().nbytes() : 0;
  slot.tensor = std::move(tensor);
  liveBytes += slot.bytes;
  if (++liveCount > peakCount) peakCount = liveCount;
  return slot.handle;
}

const at::Tensor& HandleTable::get(Handle handle) const {
  const at::Tensor* tensor = find(handle);
  if (tensor) return *tensor;
  const uint32_t slot = static_cast<uint32_t>(handle) & slotMask;
  if (handle > 0 && slot > 0 && slot < slots.size())
    fail("handle", "the tensor was released. Keep it with keep(), return it from its scope, or dispose of it later.");
  fail("handle", "is not a tensor of this thread. Give a tensor made here.");
}

bool HandleTable::release(Handle handle) {
  const uint32_t index = static_cast<uint32_t>(handle) & slotMask;
  if (index == 0 || index >= slots.size() || slots[index].handle != handle) return false;
  Slot& slot = slots[index];
  slot.tensor.reset();
  slot.handle = 0;
  liveBytes -= slot.bytes;
  liveCount--;
  giveSlot(index);
  return true;
}

}  // namespace patina
