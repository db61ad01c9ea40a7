import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import pymongo
import pymongo.errors

TIMEOUT = {"serverSelectionTimeoutMS": 3000, "socketTimeoutMS": 3000}


class StandIn:
    """A process of its own, so that it can be killed."""

    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, "-m", "standin", *options], stdout=subprocess.PIPE, text=True)
        self.uri = self.process.stdout.readline().removeprefix("listening on ").strip()
        self.port = int(self.uri.split("127.0.0.1:")[1].split("/")[0])

    def client(self, **options):
        return pymongo.MongoClient(self.uri, **{**TIMEOUT, **options})

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=10)
        self.process.stdout.close()


class WithStandIn(unittest.TestCase):
    options = ()

    def setUp(self):
        self.server = StandIn(*self.options)
        self.addCleanup(self.server.end)
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        self.things = self.client["test"]["things"]

    def fail(self, commands, mode={"times": 1}, **data):
        data["failCommands"] = commands
        self.client.admin.command("configureFailPoint", "failCommand", mode=mode, data=data)


class CommandTests(WithStandIn):
    def test_documents_are_found_changed_and_removed(self):
        self.things.insert_many([{"_id": n, "kind": "ab"[n % 2], "tags": [n, n + 1]} for n in range(300)])
        self.assertEqual(len(list(self.things.find({"kind": "a"}))), 150)
        self.assertEqual([one["_id"] for one in self.things.find({"tags": 7}).sort("_id", -1)], [7, 6])
        self.assertEqual(self.things.find_one({"_id": {"$in": [400, 3]}}, {"kind": 1}), {"_id": 3, "kind": "b"})
        self.assertEqual(self.things.update_many({"kind": "a"}, {"$set": {"kind": "c"}}).modified_count, 150)
        self.assertEqual(self.things.delete_many({"kind": "b"}).deleted_count, 150)
        self.assertEqual(self.things.count_documents({}), 150)
        self.assertEqual(self.things.distinct("kind"), ["c"])

    def test_an_index_tells_of_arrays_changed_and_removed_documents(self):
        self.things.create_index([("tags", 1), ("n", 1)], unique=True)
        self.things.insert_one({"_id": 1, "tags": ["x", "y"], "n": 1})
        with self.assertRaises(pymongo.errors.DuplicateKeyError):
            self.things.insert_one({"_id": 2, "tags": ["y", "z"], "n": 1})
        self.things.update_one({"_id": 1}, {"$set": {"tags": ["x"]}})
        self.things.insert_one({"_id": 2, "tags": ["y", "z"], "n": 1})
        self.assertEqual([one["_id"] for one in self.things.find({"tags": "y"})], [2])
        self.things.delete_one({"_id": 2})
        self.assertIsNone(self.things.find_one({"tags": "y"}))

    def test_a_partial_index_is_unique_only_for_what_it_takes(self):
        self.things.create_index("key", unique=True, partialFilterExpression={"key": {"$exists": True}})
        self.things.insert_many([{"_id": 1}, {"_id": 2}, {"_id": 3, "key": "k"}])
        with self.assertRaises(pymongo.errors.DuplicateKeyError) as caught:
            self.things.insert_one({"_id": 5, "key": "k"})
        self.assertEqual(caught.exception.details["keyPattern"], {"key": 1})

    def test_an_id_is_stored_once(self):
        self.things.insert_one({"_id": "a", "n": 1})
        with self.assertRaises(pymongo.errors.BulkWriteError) as caught:
            self.things.insert_many([{"_id": "b"}, {"_id": "a", "n": 2}, {"_id": "c"}])
        self.assertEqual(caught.exception.details["nInserted"], 1)
        self.assertEqual([one["_id"] for one in self.things.find()], ["a", "b"])
        self.assertEqual(self.things.find_one({"_id": "a"})["n"], 1)

    def test_an_index_with_the_name_of_another_is_refused(self):
        self.things.create_index("a", name="index")
        self.things.create_index("a", name="index")
        for key, code in (("b", 86), ("a", 85)):
            with self.assertRaises(pymongo.errors.OperationFailure) as caught:
                self.things.create_index(key, name="index" if key == "b" else "other")
            self.assertEqual(caught.exception.code, code)
        self.assertEqual(set(self.things.index_information()), {"_id_", "index"})

    def test_of_many_who_compare_and_set_each_step_is_done_by_one(self):
        self.things.insert_one({"_id": 1, "version": 0})

        def climb():
            for _ in range(20):
                while True:
                    version = self.things.find_one({"_id": 1})["version"]
                    if self.things.find_one_and_update({"_id": 1, "version": version}, {"$inc": {"version": 1}}):
                        break

        climbers = [threading.Thread(target=climb) for _ in range(4)]
        for climber in climbers:
            climber.start()
        for climber in climbers:
            climber.join()
        self.assertEqual(self.things.find_one()["version"], 80)

    def test_a_counter_makes_itself(self):
        def next_value():
            return self.things.find_one_and_update(
                {"_id": "n"}, {"$inc": {"value": 1}}, upsert=True, return_document=pymongo.ReturnDocument.AFTER
            )["value"]

        self.assertEqual([next_value(), next_value()], [1, 2])

    def test_groups_are_counted(self):
        self.things.insert_many([{"kind": kind} for kind in "aab"])
        found = self.things.aggregate([{"$group": {"_id": "$kind", "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}])
        self.assertEqual([(one["_id"], one["n"]) for one in found], [("a", 2), ("b", 1)])

    def test_what_is_not_there_is_refused_by_name(self):
        for what, use in {
            "query plans": lambda: self.things.find().explain(),
            "pipelines": lambda: self.things.insert_one({"_id": 9}) and self.things.update_one({}, [{"$set": {"a": 1}}]),
            "collation": lambda: list(self.things.find({}, collation={"locale": "en"})),
            "lookup": lambda: list(self.things.aggregate([{"$lookup": {}}])),
            "no command": lambda: self.client.admin.command("replSetStepDown"),
        }.items():
            with self.assertRaisesRegex(pymongo.errors.OperationFailure, what):
                use()


class FaultTests(WithStandIn):
    def test_a_fault_meets_so_many_commands_as_it_is_set_for(self):
        self.fail(["ping"], {"times": 2}, errorCode=50)
        for _ in range(2):
            with self.assertRaises(pymongo.errors.OperationFailure):
                self.client.admin.command("ping")
        self.client.admin.command("ping")

    def test_what_was_confirmed_by_no_majority_is_there_all_the_same(self):
        self.fail(["insert"], writeConcernError={"code": 64, "errmsg": "waiting timed out"})
        with self.assertRaises(pymongo.errors.WriteConcernError):
            self.things.insert_one({"_id": 1})
        self.assertEqual(self.things.count_documents({}), 1)

    def test_a_write_that_a_driver_tries_again_is_executed_once(self):
        self.things.insert_one({"_id": 1, "n": 0})
        self.fail(["update"], loseReply=True)
        self.things.update_one({"_id": 1}, {"$inc": {"n": 1}})
        self.assertEqual(self.things.find_one()["n"], 1)

    def test_a_slow_answer_is_waited_for_no_longer_than_one_likes(self):
        self.fail(["find"], "alwaysOn", blockConnection=True, blockTimeMS=1000)
        with self.server.client(socketTimeoutMS=200) as hasty, self.assertRaises(pymongo.errors.NetworkTimeout):
            hasty["test"]["things"].find_one()


class JournalTests(unittest.TestCase):
    def test_what_was_acknowledged_survives_a_kill(self):
        with tempfile.TemporaryDirectory() as folder:
            journal = pathlib.Path(folder, "journal")
            server = StandIn("--journal", str(journal))
            client = server.client()
            things = client["test"]["things"]
            things.create_index("n", unique=True)
            acknowledged = []

            def write():
                try:
                    for n in range(100_000):
                        things.insert_one({"_id": n, "n": n})
                        acknowledged.append(n)
                except pymongo.errors.PyMongoError:
                    pass

            writer = threading.Thread(target=write)
            writer.start()
            while len(acknowledged) < 200:
                pass
            server.end(signal.SIGKILL)
            writer.join()
            client.close()
            with journal.open("ab") as file:
                file.write(b"\x50\x00\x00\x00half")
            for _ in range(2):
                server = StandIn("--journal", str(journal), "--port", str(server.port))
                # A client of before would first find out, connection by connection, that they have gone.
                with server.client() as client:
                    things = client["test"]["things"]
                    found = [one["_id"] for one in things.find()]
                    self.assertLessEqual(set(acknowledged), set(found))
                    self.assertLessEqual(len(found), len(acknowledged) + 1)
                    with self.assertRaises(pymongo.errors.DuplicateKeyError):
                        things.insert_one({"_id": "new", "n": 0})
                server.end(signal.SIGKILL)


class LoginTests(WithStandIn):
    options = ("--user", "ada:secret")

    def test_who_knows_the_password_is_let_in_and_nobody_else(self):
        self.things.insert_one({})
        for uri in (self.server.uri.replace("secret", "guess"), self.server.uri.replace("ada:secret@", "")):
            with pymongo.MongoClient(uri, **TIMEOUT) as client, self.assertRaises(pymongo.errors.OperationFailure):
                client["test"]["things"].find_one()


class TLSTests(unittest.TestCase):
    def test_a_client_that_trusts_the_certificate_is_served(self):
        with tempfile.TemporaryDirectory() as folder:
            pem = os.path.join(folder, "both.pem")
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pem, "-out", pem + ".crt",
                 "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                check=True, capture_output=True,
            )
            with open(pem, "a") as both, open(pem + ".crt") as certificate:
                both.write(certificate.read())
            server = StandIn("--tls", pem)
            self.addCleanup(server.end)
            with server.client(tlsCAFile=pem + ".crt") as client:
                client["test"]["things"].insert_one({})
            with server.client(serverSelectionTimeoutMS=500) as client:
                with self.assertRaises(pymongo.errors.ServerSelectionTimeoutError):
                    client["test"]["things"].find_one()


if __name__ == "__main__":
    unittest.main()
