"""What the stand-in does for each command. All run one after the other, under one lock."""

import copy
import itertools

import bson
import mongomock
import pymongo.errors

from .errors import CommandError, DuplicateKey, unsupported
from .storage import Storage

# What would run on other collections than the one that is loaded.
FOREIGN_STAGES = {"$lookup", "$graphLookup", "$unionWith", "$out", "$merge", "$changeStream"}
IGNORED = {"ok": 1.0}


class Commands:
    """Each method is a command of that name; `write` says which ones change something."""

    def __init__(self, storage: Storage, journal):
        self.storage = storage
        self.journal = journal
        self.changes = []
        self.cursors = {}
        self.cursor_numbers = itertools.count(1000)
        self.scratch = mongomock.MongoClient()["scratch"]["documents"]
        # By session, the number of its last write and what was answered: a driver's retry is not executed twice.
        self.answered = {}

    def run(self, command):
        name = next(iter(command))
        method = self.TABLE.get(name)
        if method is None:
            raise CommandError(59, "CommandNotFound", f"the stand-in for MongoDB has no command {name}")
        if "startTransaction" in command or command.get("autocommit") is False:
            raise unsupported("transactions")
        if "collation" in command:
            raise unsupported("collation")
        session = command.get("lsid", {}).get("id")
        number = command.get("txnNumber")
        if number is not None and self.answered.get(session, (None,))[0] == number:
            return self.answered[session][1]
        try:
            answer = {**method(self, command["$db"], command[name], command), "ok": 1.0}
        except (NotImplementedError, pymongo.errors.PyMongoError, mongomock.PyMongoError, ValueError, TypeError) as error:
            raise CommandError(getattr(error, "code", None) or 2, "BadValue", f"mongomock: {error}") from error
        finally:
            changes, self.changes = self.changes, []
            if changes and self.journal:
                self.journal.append(changes)
        if number is not None:
            self.answered[session] = number, answer
        return answer

    # Writes.

    def insert(self, database, name, command):
        def insert_one(document):
            if "_id" not in document:
                document = {"_id": bson.ObjectId(), **document}
            self._insert(database, name, document)

        errors = self._each(command["documents"], command, insert_one)
        return {"n": len(command["documents"]) - self._undone(errors, command, "documents"), **self._errors(errors)}

    def update(self, database, name, command):
        counts = {"n": 0, "nModified": 0}
        upserted = []

        def update_one(statement):
            if statement.get("collation"):
                raise unsupported("collation")
            found = self._find(database, name, statement["q"])
            for document in found if statement.get("multi") else found[:1]:
                changed = self._updated(document, statement["q"], statement["u"], statement.get("arrayFilters"))
                counts["n"] += 1
                if bson.encode(changed) != bson.encode(document):
                    self._apply(database, name, put=changed)
                    counts["nModified"] += 1
            if not found and statement.get("upsert"):
                document = self._upserted(statement["q"], statement["u"])
                self._insert(database, name, document)
                counts["n"] += 1
                upserted.append({"index": command["updates"].index(statement), "_id": document["_id"]})

        errors = self._each(command["updates"], command, update_one)
        return {**counts, **({"upserted": upserted} if upserted else {}), **self._errors(errors)}

    def delete(self, database, name, command):
        removed = 0
        for statement in command["deletes"]:
            found = self._find(database, name, statement["q"])
            for document in found[:1] if statement["limit"] else found:
                self._apply(database, name, remove=document["_id"])
                removed += 1
        return {"n": removed}

    def find_and_modify(self, database, name, command):
        query = command.get("query") or {}
        found = self._find(database, name, query, command.get("sort"), limit=1)
        former = found[0] if found else None
        changed, upserted = None, {}
        if command.get("remove"):
            if former is not None:
                self._apply(database, name, remove=former["_id"])
        elif former is not None:
            changed = self._updated(former, query, command["update"], command.get("arrayFilters"))
            self._apply(database, name, put=changed)
        elif command.get("upsert"):
            changed = self._upserted(query, command["update"])
            self._insert(database, name, changed)
            upserted = {"upserted": changed["_id"]}
        value = changed if command.get("new") else former
        if value is not None and command.get("fields"):
            value = self._projected([value], command["fields"])[0]
        happened = {"n": int((changed or former) is not None), "updatedExisting": former is not None, **upserted}
        return {"lastErrorObject": happened, "value": value}

    def create_indexes(self, database, name, command):
        before = len(self.storage.collection(database, name).indexes)
        for spec in command["indexes"]:
            if any(not isinstance(direction, (int, float)) for direction in spec["key"].values()):
                raise unsupported("indexes but those in order")
            self._apply(database, name, index=spec)
        after = len(self.storage.collection(database, name).indexes)
        return {"numIndexesBefore": before, "numIndexesAfter": after}

    def drop_indexes(self, database, name, command):
        if command["index"] not in self.storage.collection(database, name).indexes:
            raise CommandError(27, "IndexNotFound", f"there is no index {command['index']}")
        self._apply(database, name, dropIndex=command["index"])
        return IGNORED

    def drop(self, database, name, command):
        self._apply(database, name, drop=True)
        return IGNORED

    def drop_database(self, database, _, command):
        self._apply(database, None, drop=True)
        return IGNORED

    # Reads.

    def find(self, database, name, command):
        if command.get("tailable"):
            raise unsupported("tailable cursors")
        found = self._find(
            database,
            name,
            command.get("filter") or {},
            command.get("sort"),
            command.get("skip", 0),
            abs(command.get("limit", 0)),
        )
        return self._cursor(f"{database}.{name}", self._projected(found, command.get("projection")), command)

    def aggregate(self, database, name, command):
        pipeline = command["pipeline"]
        for stage in pipeline:
            if FOREIGN_STAGES & stage.keys():
                raise unsupported(" or ".join(FOREIGN_STAGES & stage.keys()))
        first = pipeline[0].get("$match", {}) if pipeline else {}
        self._load(self._find(database, name, first))
        found = list(self.scratch.aggregate(pipeline))
        return self._cursor(f"{database}.{name}", found, command.get("cursor", {}))

    def count(self, database, name, command):
        skip, limit = command.get("skip", 0), command.get("limit", 0)
        return {"n": len(self._find(database, name, command.get("query") or {}, None, skip, limit))}

    def distinct(self, database, name, command):
        self._load(self._find(database, name, command.get("query") or {}))
        return {"values": self.scratch.distinct(command["key"])}

    def list_indexes(self, database, name, command):
        if name not in self.storage.databases.get(database, {}):
            raise CommandError(26, "NamespaceNotFound", f"ns does not exist: {database}.{name}")
        specs = [index.spec for index in self.storage.collection(database, name).indexes.values()]
        return self._cursor(f"{database}.{name}", specs, command.get("cursor", {}))

    def list_collections(self, database, _, command):
        names = sorted(self.storage.databases.get(database, {}))
        found = [{"name": name, "type": "collection", "options": {}, "info": {"readOnly": False}} for name in names]
        query = command.get("filter") or {}
        self._load([{"_id": one["name"], **one} for one in found])
        found = list(self.scratch.find(query, {"_id": 0}))
        return self._cursor(f"{database}.$cmd.listCollections", found, command.get("cursor", {}))

    def list_databases(self, _, __, command):
        names = sorted(self.storage.databases)
        return {"databases": [{"name": name, "sizeOnDisk": 1, "empty": False} for name in names]}

    def get_more(self, database, number, command):
        if number not in self.cursors:
            raise CommandError(43, "CursorNotFound", f"cursor id {number} not found")
        namespace, rest = self.cursors.pop(number)
        return self._cursor(namespace, rest, command, "nextBatch", number)

    def kill_cursors(self, database, _, command):
        for number in command["cursors"]:
            self.cursors.pop(number, None)
        return {"cursorsKilled": command["cursors"]}

    def explain(self, *_):
        raise unsupported("query plans: explain needs a MongoDB")

    def nothing(self, *_):
        return IGNORED

    def build_info(self, *_):
        return {"version": "6.0.0", "versionArray": [6, 0, 0, 0], "standIn": True}

    TABLE = {
        "insert": insert,
        "update": update,
        "delete": delete,
        "findAndModify": find_and_modify,
        "createIndexes": create_indexes,
        "dropIndexes": drop_indexes,
        "drop": drop,
        "dropDatabase": drop_database,
        "find": find,
        "aggregate": aggregate,
        "count": count,
        "distinct": distinct,
        "listIndexes": list_indexes,
        "listCollections": list_collections,
        "listDatabases": list_databases,
        "getMore": get_more,
        "killCursors": kill_cursors,
        "explain": explain,
        "ping": nothing,
        "endSessions": nothing,
        "buildInfo": build_info,
    }

    # What they share.

    def _find(self, database, name, query, *rest, **options):
        return self.storage.collection(database, name).find(query, *rest, **options)

    def _apply(self, database, name, **change):
        change = {"database": database, **({"collection": name} if name else {}), **change}
        self.storage.apply(change)
        self.changes.append(change)

    def _insert(self, database, name, document):
        # Checked as one that is new, so that one with the same id is not written over.
        collection = self.storage.collection(database, name)
        if self._find(database, name, {"_id": {"$eq": document["_id"]}}):
            raise DuplicateKey(collection.name, collection.indexes["_id_"], {"_id": document["_id"]})
        self._apply(database, name, put=document)

    def _load(self, documents):
        self.scratch.drop()
        if documents:
            self.scratch.insert_many(copy.deepcopy(documents))

    def _projected(self, documents, projection):
        if not projection:
            return documents
        projected = []
        for document in documents:
            self._load([document])
            projected += self.scratch.find({}, projection)
        return projected

    def _updated(self, document, query, update, array_filters):
        if isinstance(update, list):
            raise unsupported("pipelines as updates")
        if array_filters:
            raise unsupported("arrayFilters")
        if not any(name.startswith("$") for name in update):
            if update.get("_id", document["_id"]) != document["_id"]:
                raise CommandError(66, "ImmutableField", "the _id of a document cannot be changed")
            return {"_id": document["_id"], **update}
        self._load([document])
        self.scratch.update_one({**query, "_id": document["_id"]}, update)
        changed = self.scratch.find_one()
        if changed["_id"] != document["_id"]:
            raise CommandError(66, "ImmutableField", "the _id of a document cannot be changed")
        return changed

    def _upserted(self, query, update):
        if isinstance(update, list):
            raise unsupported("pipelines as updates")
        self._load([])
        if any(name.startswith("$") for name in update):
            self.scratch.update_one(query, update, upsert=True)
        else:
            self.scratch.replace_one(query, update, upsert=True)
        return self.scratch.find_one()

    def _cursor(self, namespace, documents, options, batch="firstBatch", number=None):
        size = options.get("batchSize", 101 if batch == "firstBatch" else len(documents))
        rest = documents[size:]
        number = number or next(self.cursor_numbers)
        if rest and not options.get("singleBatch"):
            self.cursors[number] = namespace, rest
        else:
            number = 0
        return {"cursor": {batch: documents[:size], "id": bson.Int64(number), "ns": namespace}}

    def _each(self, statements, command, work):
        """Does the work for each statement; if they are ordered, up to the first error."""
        errors = []
        for index, statement in enumerate(statements):
            try:
                work(statement)
            except CommandError as error:
                fields = {name: error.answer[name] for name in ("keyPattern", "keyValue") if name in error.answer}
                errors.append({"index": index, "code": error.code, "errmsg": str(error), **fields})
                if command.get("ordered", True):
                    break
        return errors

    @staticmethod
    def _undone(errors, command, statements):
        if errors and command.get("ordered", True):
            return len(command[statements]) - errors[-1]["index"]
        return len(errors)

    @staticmethod
    def _errors(errors):
        return {"writeErrors": errors} if errors else {}
