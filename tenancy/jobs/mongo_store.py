"""Job records in MongoDB, through pymongo."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pymongo
from bson.codec_options import CodecOptions
from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient, ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from tenancy.jobs.circuit import Circuit
from tenancy.jobs.record import ALIVE, FIELDS, QUEUED, RUNNING, JobRecord
from tenancy.jobs.store import JobQuery, StoreUnavailable, Visibility

ANSWER_LIMIT = 0.8  # seconds for one call, looking for the server included: a request must not be held up for longer
PAUSE = 5.0  # seconds without trying after a failure
DUPLICATE_KEY = 11000
AS_TEXT = ("args", "result", "problem", "log")  # JSON text: any key, any number, whatever MongoDB makes of them

INDEXES = [
    IndexModel([("publish_at", ASCENDING)], name="job_sweep"),
    IndexModel([("organization_id", ASCENDING), ("created_at", DESCENDING)], name="job_of_organization"),
    IndexModel([("user_id", ASCENDING), ("created_at", DESCENDING)], name="job_of_user"),
    IndexModel([("created_at", DESCENDING)], name="job_newest"),
    IndexModel([("finished_at", ASCENDING)], name="job_ended"),
]

Document = dict[str, Any]


@lru_cache(maxsize=8)
def _client(url: str, process: int) -> MongoClient[Document]:
    """One client per process: a client does not survive a fork."""
    return MongoClient(
        url,
        connect=False,
        appname="ledger",
        serverSelectionTimeoutMS=500,
        connectTimeoutMS=500,
        timeoutMS=int(ANSWER_LIMIT * 1000),
        maxIdleTimeMS=60_000,
        w="majority",  # a job that was taken over must survive the loss of a server
    )


class MongoStore:
    """Every change is one `find_one_and_update` or conditional `update_one`, atomic on its document."""

    def __init__(self, url: str, database: str) -> None:
        self.url = url
        self.database = database
        self.circuit = Circuit(PAUSE)
        self._has_indexes = False

    @contextmanager
    def _jobs(self) -> Iterator[Collection[Document]]:
        """The collection; a server that is out of reach becomes StoreUnavailable, at once while the circuit is open."""
        if self.circuit.is_open():
            raise StoreUnavailable("MongoDB could not be reached a moment ago")
        try:
            with pymongo.timeout(ANSWER_LIMIT):
                yield self._collection()
        except PyMongoError as error:
            if not isinstance(error, ConnectionFailure) and not error.timeout:
                raise
            self.circuit.failed()
            raise StoreUnavailable(f"MongoDB cannot be reached: {type(error).__name__}") from error
        self.circuit.worked()

    def _collection(self) -> Collection[Document]:
        database = _client(self.url, os.getpid())[self.database]
        jobs = database.get_collection("jobs", codec_options=CodecOptions(tz_aware=True, tzinfo=UTC))
        if not self._has_indexes:
            jobs.create_indexes(INDEXES)
            self._has_indexes = True
        return jobs

    def insert(self, records: Iterable[JobRecord]) -> None:
        documents = [_document(record) for record in records]
        if not documents:
            return
        with self._jobs() as jobs:
            try:
                jobs.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                details = error.details
                if details.get("writeConcernErrors") or any(
                    failed["code"] != DUPLICATE_KEY for failed in details["writeErrors"]
                ):
                    raise

    def get(self, job_id: str) -> JobRecord | None:
        with self._jobs() as jobs:
            found = jobs.find_one({"_id": job_id})
        return None if found is None else _record(found)

    def claim(self, job_id: str, *, worker: str, at: datetime, lease_until: datetime) -> JobRecord | None:
        start = {"state": RUNNING, "worker": worker, "started_at": at}
        lease = {"lease_until": lease_until, "publish_at": lease_until}
        with self._jobs() as jobs:
            found = jobs.find_one_and_update(
                {"_id": job_id, **_claimable(at)},
                {"$set": {**start, **lease}, "$inc": {"attempts": 1}},
                return_document=ReturnDocument.AFTER,
            )
        return None if found is None else _record(found)

    def change(self, job: JobRecord, **values: Any) -> bool:
        held = {"_id": job.id, "state": job.state, "attempts": job.attempts}
        with self._jobs() as jobs:
            return jobs.update_one(held, {"$set": _stored(values)}).matched_count == 1

    def due(self, *, at: datetime, limit: int, published_too: bool = False) -> list[JobRecord]:
        ready = _claimable(at) if published_too else {"publish_at": {"$lte": at}, "state": {"$in": list(ALIVE)}}
        order = [("priority", ASCENDING), ("publish_at", ASCENDING), ("_id", ASCENDING)]
        with self._jobs() as jobs:
            return [_record(found) for found in jobs.find(ready).sort(order).limit(limit)]

    def page(self, query: JobQuery, *, offset: int, limit: int) -> list[JobRecord]:
        order = [("created_at", DESCENDING), ("_id", DESCENDING)]
        with self._jobs() as jobs:
            return [_record(found) for found in jobs.find(_selected(query)).sort(order).skip(offset).limit(limit)]

    def count(self, query: JobQuery) -> int:
        with self._jobs() as jobs:
            return jobs.count_documents(_selected(query))

    def names(self) -> Sequence[str]:
        with self._jobs() as jobs:
            return sorted(jobs.distinct("name"))

    def remove_ended(self, *, state: str, before: datetime, limit: int) -> int:
        with self._jobs() as jobs:
            ended = jobs.find({"state": state, "finished_at": {"$lt": before}}, {"_id": 1}).limit(limit)
            ids = [found["_id"] for found in ended]
            return jobs.delete_many({"_id": {"$in": ids}, "state": state}).deleted_count


def _claimable(at: datetime) -> Document:
    return {"$or": [{"state": QUEUED, "run_at": {"$lte": at}}, {"state": RUNNING, "lease_until": {"$lt": at}}]}


def _stored(values: Document) -> Document:
    return {name: json.dumps(value) if name in AS_TEXT else value for name, value in values.items()}


def _document(record: JobRecord) -> Document:
    return _stored({"_id" if name == "id" else name: getattr(record, name) for name in FIELDS})


def _record(document: Document) -> JobRecord:
    values = {**document, "id": document["_id"]}
    values.update({name: json.loads(values[name]) for name in AS_TEXT})
    return JobRecord(**{name: values[name] for name in FIELDS})


def _selected(query: JobQuery) -> Document:
    wanted: Document = {}
    if query.ids is not None:
        wanted["_id"] = {"$in": list(query.ids)}
    if query.states is not None:
        wanted["state"] = {"$in": list(query.states)}
    exact = {"name": query.name, "organization_id": query.organization_id, "user_id": query.user_id}
    wanted.update({name: value for name, value in exact.items() if value is not None})
    return wanted if query.visible is None else {"$and": [wanted, _visible(query.visible)]}


def _visible(to: Visibility) -> Document:
    seen: list[Document] = []
    if to.user_id is not None:
        seen.append({"user_id": to.user_id, "organization_id": {"$in": [None, *to.organizations]}})
    if to.whole is not None:
        seen.append({"organization_id": to.whole})
    return {"$or": seen} if seen else {"_id": {"$in": []}}
