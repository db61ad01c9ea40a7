/// Which names stand where in a script: one that is given to where its like stood before is compressed better.
struct ScriptHabits {
    /// A number for each text.
    private var numbers: [String: Int] = [:]
    /// The script by these numbers; 0 for a name that is not given yet.
    private var words: [Int] = []
    private var seen: Set<UInt64> = []

    /// How many tokens make a window, with what it counts that one has been seen.
    private static let worths = [(length: 3, worth: 1.0), (length: 4, worth: 2.0), (length: 5, worth: 4.0)]
    /// What counts against a name for each that comes before it: rare letters take more bits.
    private static let rarity = 0.125
    /// After so many names the first that fits is as good as any.
    private static let tries = 52

    /// - Parameter unknown: Where names stand that will be given.
    init(_ tokens: [ScriptToken], unknown: Set<Int>) {
        for (index, token) in tokens.enumerated() {
            words.append(unknown.contains(index) ? 0 : number(of: token.text))
        }
        for index in words.indices where words[index] != 0 { look(around: index) }
    }

    private mutating func number(of text: String) -> Int {
        if let number = numbers[text] { return number }
        numbers[text] = numbers.count + 1
        return numbers.count
    }

    /// Chooses the name that fits best at all of the places, and puts it there.
    mutating func give(_ places: [Int], isFit: (String) -> Bool) -> String {
        var best: (name: String, worth: Double)?
        for number in 0... {
            if best != nil, number >= Self.tries { break }
            let name = ShortNames.letters(number)
            guard isFit(name) else { continue }
            let word = self.number(of: name)
            var worth = -Self.rarity * Double(number * places.count)
            for place in places {
                forEachWindow(around: place, with: word) { if seen.contains($0) { worth += $1 } }
            }
            if best.map({ worth > $0.worth }) ?? true { best = (name, worth) }
        }
        let name = best?.name ?? ""
        let word = number(of: name)
        for place in places {
            words[place] = word
            look(around: place)
        }
        return name
    }

    private mutating func look(around place: Int) {
        var windows: [UInt64] = []
        forEachWindow(around: place, with: words[place]) { window, _ in windows.append(window) }
        seen.formUnion(windows)
    }

    /// Calls `use` for each window of known words that has the place in it, as if `word` stood there.
    private func forEachWindow(around place: Int, with word: Int, _ use: (UInt64, Double) -> Void) {
        for (length, worth) in Self.worths {
            for first in max(0, place - length + 1)...place where first + length <= words.count {
                var window = UInt64(length)
                var isKnown = true
                for index in first..<(first + length) {
                    let part = index == place ? word : words[index]
                    isKnown = isKnown && part != 0
                    window = (window ^ UInt64(part)) &* 0x9E37_79B9_7F4A_7C15
                    window ^= window >> 29
                }
                if isKnown { use(window, worth) }
            }
        }
    }
}
