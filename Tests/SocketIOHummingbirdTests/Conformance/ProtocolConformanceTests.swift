import Testing

/// A test over real connections for each sentence of the two protocols that a client can observe.
///
/// One after the other: some measure time.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProtocolConformanceTests {
    static let clock = ContinuousClock()
}
