import Desk
import Foundation
import Testing

@testable import DeskServer

@Suite struct SiteAppearanceInkTests {
    /// By WCAG 2.2.
    private func luminance(_ rgb: [Int]) -> Double {
        let parts = rgb.map { part in
            let value = Double(part) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    @Test func `text on any colour that a site chooses has a contrast of 4.5 to 1`() throws {
        for red in stride(from: 0, to: 256, by: 15) {
            for green in stride(from: 0, to: 256, by: 15) {
                for blue in stride(from: 0, to: 256, by: 15) {
                    let color = "#" + [red, green, blue].map { String(format: "%02x", $0) }.joined()
                    let look = try SiteAppearance(color: color, position: .right, greeting: "", title: "")
                    let (paper, ink) = (luminance([red, green, blue]), look.ink == "#fff" ? 1.0 : 0.0)
                    #expect((max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5, "\(color)")
                }
            }
        }
    }
}
