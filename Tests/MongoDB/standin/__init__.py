"""A stand-in for MongoDB, for tests.

It speaks the wire protocol of a replica set with one member, so that drivers and programs run unchanged against it.
How documents are matched and changed is mongomock's; indexes, the journal and the protocol are its own. It finds wrong
commands, missing unique indexes and wrong answers to faults. It proves nothing about a real replica set: there is no
second member, no election, and a write is "confirmed by a majority" as soon as it is in the journal.

Not there, and refused by name: explain, text search, $lookup, $out, $merge, collation, pipelines as updates,
transactions, change streams. Indexes with expireAfterSeconds are made, but nothing expires.
"""
