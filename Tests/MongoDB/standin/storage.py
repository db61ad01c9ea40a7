"""Databases, collections, documents and indexes in memory. Whatever changes them goes through `Storage.apply`."""

import itertools

import bson
from mongomock.filtering import filter_applies, resolve_sort_key

from .errors import CommandError, DuplicateKey

SCALARS = (str, int, float, bool, bytes, bson.ObjectId, type(None))


def comparable(value):
    """The same for two values exactly if MongoDB takes them for the same key."""
    if isinstance(value, dict):
        return "document", bson.encode(value)
    if isinstance(value, list):
        return "array", tuple(comparable(item) for item in value)
    if isinstance(value, bool):
        return "bool", value
    return value


def values_at(document, path):
    """What an index has for a field: every element of an array, and None for nothing."""
    name, _, rest = path.partition(".")
    value = document.get(name) if isinstance(document, dict) else None
    if rest:
        inner = value if isinstance(value, list) else [value]
        return [found for item in inner for found in values_at(item, rest)] or [None]
    return (value or [None]) if isinstance(value, list) else [value]


def wanted_values(condition):
    """The scalars that a condition on a field asks for, or None if it asks for something else."""
    if isinstance(condition, dict):
        if "$eq" in condition:
            condition = [condition["$eq"]]
        elif "$in" in condition:
            condition = condition["$in"]
        else:
            return None
    elif isinstance(condition, list):
        return None
    else:
        condition = [condition]
    return condition if all(isinstance(value, SCALARS) for value in condition) else None


class Index:
    def __init__(self, spec):
        self.spec = spec
        self.name = spec["name"]
        self.fields = list(spec["key"])
        self.is_unique = bool(spec.get("unique"))
        self.condition = spec.get("partialFilterExpression") or {}
        # Both by comparable values: the ids of the documents with a first field, and the one with a whole key.
        self.ids = {}
        self.owners = {}

    def keys(self, document):
        """The whole keys a document has in this index; none if the index does not take it."""
        if self.condition and not filter_applies(self.condition, document):
            return set()
        values = [[comparable(value) for value in values_at(document, field)] for field in self.fields]
        if self.spec.get("sparse") and all(value == [None] for value in values):
            return set()
        return set(itertools.product(*values))

    def first_values(self, document):
        return {comparable(value) for value in values_at(document, self.fields[0])}

    def check(self, document, owner, collection):
        if not self.is_unique:
            return
        for key in self.keys(document):
            if self.owners.get(key, owner) != owner:
                raise DuplicateKey(collection, self, dict(zip(self.fields, map(str, key))))

    def add(self, document, owner):
        for value in self.first_values(document):
            self.ids.setdefault(value, {})[owner] = None
        if self.is_unique:
            self.owners.update(dict.fromkeys(self.keys(document), owner))

    def remove(self, document, owner):
        for value in self.first_values(document):
            ids = self.ids[value]
            del ids[owner]
            if not ids:
                del self.ids[value]
        if self.is_unique:
            for key in self.keys(document):
                del self.owners[key]


class Collection:
    def __init__(self, name):
        self.name = name
        self.documents = {}
        self.indexes = {}
        self.make_index({"v": 2, "key": {"_id": 1}, "name": "_id_", "unique": True})

    def make_index(self, spec):
        index = Index(spec)
        for owner, document in self.documents.items():
            index.check(document, owner, self.name)
            index.add(document, owner)
        self.indexes[index.name] = index

    def put(self, document):
        """Stores a document in place of the one with its id, if there is one."""
        owner = comparable(document["_id"])
        for index in self.indexes.values():
            index.check(document, owner, self.name)
        former = self.documents.get(owner)
        for index in self.indexes.values():
            if former is not None:
                index.remove(former, owner)
            index.add(document, owner)
        self.documents[owner] = document

    def remove(self, identifier):
        owner = comparable(identifier)
        former = self.documents.pop(owner)
        for index in self.indexes.values():
            index.remove(former, owner)

    def find(self, query, sort=None, skip=0, limit=0):
        """The documents that fit, themselves and no copies: in the order they were inserted, unless sorted."""
        found = [document for document in self._candidates(query) if filter_applies(query, document)]
        for field, direction in reversed(list((sort or {}).items())):
            found.sort(key=lambda document: resolve_sort_key(field, document), reverse=direction < 0)
        return found[skip : skip + limit if limit else None]

    def _candidates(self, query):
        """All that may fit: by the index that leaves the fewest."""
        best = self.documents
        for field, condition in self._conditions(query):
            values = wanted_values(condition)
            for index in self.indexes.values() if values is not None else ():
                if index.fields[0] == field:
                    ids = {}
                    for value in values:
                        ids.update(index.ids.get(comparable(value), {}))
                    best = min(best, ids, key=len)
        return [self.documents[owner] for owner in list(best)]

    def _conditions(self, query):
        yield from query.items()
        for inner in query.get("$and", ()):
            yield from self._conditions(inner)


class Storage:
    """All databases. A change is a document of BSON, so that a journal can keep it and play it back."""

    def __init__(self):
        self.databases = {}

    def collection(self, database, name):
        """One that is not there is an empty one."""
        return self.databases.get(database, {}).get(name) or Collection(f"{database}.{name}")

    def apply(self, change):
        database, name = change["database"], change.get("collection")
        if "drop" in change:
            if name is None:
                self.databases.pop(database, None)
            else:
                self.databases.get(database, {}).pop(name, None)
            return
        collections = self.databases.setdefault(database, {})
        collection = collections.get(name) or Collection(f"{database}.{name}")
        if "put" in change:
            collection.put(change["put"])
        elif "remove" in change:
            collection.remove(change["remove"])
        elif "index" in change:
            self._make_index(collection, change["index"])
        elif "dropIndex" in change:
            collection.indexes.pop(change["dropIndex"])
        collections[name] = collection

    def _make_index(self, collection, spec):
        def identity(one):
            names = ("unique", "sparse", "partialFilterExpression", "expireAfterSeconds")
            return list(one["key"].items()), [one.get(name) or None for name in names]

        for other in collection.indexes.values():
            same_name, same_identity = other.name == spec["name"], identity(other.spec) == identity(spec)
            if same_name and same_identity:
                return
            if same_name:
                raise CommandError(86, "IndexKeySpecsConflict", f"there is another index {spec['name']}")
            if same_identity:
                raise CommandError(85, "IndexOptionsConflict", f"that index is there under the name {other.name}")
        collection.make_index({"v": 2, **spec})
