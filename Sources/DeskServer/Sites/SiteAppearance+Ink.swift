import Desk
import Foundation

extension SiteAppearance {
    /// Black or white, whichever is easier to read on `color`: at least 4.5:1 on each (WCAG 2.2, 1.4.3).
    var ink: String {
        let rgb = Int(color.dropFirst(), radix: 16) ?? 0
        let parts = [16, 8, 0]
            .map { shift in
                let value = Double(rgb >> shift & 0xFF) / 255
                return value > 0.04045 ? pow((value + 0.055) / 1.055, 2.4) : value / 12.92
            }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 0.179 ? "#000" : "#fff"
    }
}
