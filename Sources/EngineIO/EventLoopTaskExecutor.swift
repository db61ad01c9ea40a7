public import NIOCore

/// An event loop as an executor: tasks that prefer it run on the loop, between its other work, in place of Swift's thread
/// pool. That saves waking a thread each time one of them goes on, which costs more than a short task does.
///
/// A task comes to prefer it by `withTaskExecutorPreference(_:operation:)`; those of a Socket.IO server's handlers by the
/// server's configuration.
///
/// While such a task computes or blocks, nothing else happens on the loop. What takes long belongs elsewhere, for example
/// behind `withTaskExecutorPreference(globalConcurrentExecutor)`.
public final class EventLoopTaskExecutor: TaskExecutor {
    /// Where the tasks run.
    public let eventLoop: any EventLoop

    /// - Parameter eventLoop: must outlive the tasks: one that waits when the loop ends never goes on.
    public init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Called by Swift's runtime, on any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
