import NIOCore

/// Something of one event loop that must be looked at when time has passed.
protocol Expirable: AnyObject {
    /// When ``expire(at:)`` is due; nil when never.
    var deadline: NIODeadline? { get }
    /// Where the entry stands in the wheel. Only the wheel touches it.
    var wheelPlace: DeadlineWheel.Place? { get set }
    /// Does what is due. Must leave a later ``deadline`` or none.
    func expire(at now: NIODeadline)
}

/// The deadlines of everything on one event loop, in slots of equal width, so that thousands of connections cost one
/// timer and no sorting. An entry stands in the wheel once; one whose deadline moved back is found early and put into
/// its new slot. The wheel keeps what stands in it in memory.
struct DeadlineWheel {
    struct Place {
        var slot: Int
        /// Among the entries of the slot.
        var index: Int
    }

    private var slots: [[any Expirable]]
    private var position = 0
    private let start: NIODeadline
    private let width: TimeAmount
    private(set) var count = 0

    init(width: TimeAmount, slots: Int = 512, at now: NIODeadline) {
        self.slots = Array(repeating: [], count: slots)
        self.start = now
        self.width = width
    }

    /// Puts `entry` into the slot of its deadline, unless it stands in an earlier one. Deadlines beyond one turn wait
    /// in the farthest slot.
    mutating func insert(_ entry: any Expirable) {
        guard let deadline = entry.deadline else { return }
        let slot = min(max(self.position + 1, self.slot(of: deadline)), self.position + self.slots.count - 1)
        if let standing = entry.wheelPlace, standing.slot <= slot { return }
        self.remove(entry)
        let index = slot % self.slots.count
        entry.wheelPlace = Place(slot: slot, index: self.slots[index].count)
        self.slots[index].append(entry)
        self.count += 1
    }

    /// Takes out an entry that will not be due any more. The last of its slot takes its place.
    mutating func remove(_ entry: any Expirable) {
        guard let place = entry.wheelPlace else { return }
        entry.wheelPlace = nil
        self.count -= 1
        let index = place.slot % self.slots.count
        let last = self.slots[index].removeLast()
        guard last !== entry else { return }
        self.slots[index][place.index] = last
        last.wheelPlace = place
    }

    /// Takes out what stands in the slots up to `now`, due or not.
    mutating func advance(to now: NIODeadline) -> [any Expirable] {
        let target = Int((now - self.start).nanoseconds / self.width.nanoseconds)
        guard target > self.position else { return [] }
        var found: [any Expirable] = []
        // After a pause longer than a turn every slot has been passed once.
        for slot in max(self.position + 1, target - self.slots.count + 1)...target {
            let entries = self.slots[slot % self.slots.count]
            self.slots[slot % self.slots.count] = []
            self.count -= entries.count
            for entry in entries { entry.wheelPlace = nil }
            found += entries
        }
        self.position = target
        return found
    }

    /// The first slot at whose turn `deadline` has passed.
    private func slot(of deadline: NIODeadline) -> Int {
        let elapsed = (deadline - self.start).nanoseconds
        return elapsed <= 0 ? 0 : Int((elapsed + self.width.nanoseconds - 1) / self.width.nanoseconds)
    }
}
