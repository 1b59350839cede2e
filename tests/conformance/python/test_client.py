"""The Python client, unchanged, against the simulator: one more independent reading of the same API.

    cargo build --package satchel-sim --bins
    python3 -m venv .venv && .venv/bin/pip install --requirement requirements.txt
    .venv/bin/python -m unittest
"""

import asyncio
import functools
import inspect
import io
import json
import os
import pathlib
import subprocess
import unittest
import urllib.parse
import urllib.request

import httpx
from notion_client import APIErrorCode, APIResponseError, AsyncClient, Client, api_endpoints
from notion_client.client import RetryOptions
from notion_client.helpers import (
    async_collect_paginated_api,
    collect_data_source_templates,
    collect_paginated_api,
    extract_page_id,
    is_full_block,
    is_full_data_source,
    is_full_database,
    is_full_page,
    is_full_user,
    is_full_view,
)

PROGRAM = os.environ.get("NOTION_SIM") or str(pathlib.Path(__file__).parents[3] / "target/debug/notion-sim")
VERSION = "2026-03-11"


class Simulator:
    """One of its own for a test."""

    def __init__(self, *words):
        rate = [] if "--requests-per-minute" in words else ["--requests-per-minute", "100000"]
        arguments = [PROGRAM, "--workspace", "demo", *rate, *words]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.url = self.ready["base_url"]
        self.clients = []

    def token(self, name=None):
        return next(each["token"] for each in self.ready["workspaces"] if name in (None, each["name"]))

    def client(self, name="Mara, personal", **options):
        options = {"retry": False, "notion_version": VERSION, "log_level": 50, **options}
        self.clients.append(Client(auth=self.token(name), base_url=self.url, **options))
        return self.clients[-1]

    def control(self, name, body):
        request = urllib.request.Request(f"{self.url}/control/{name}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def stop(self):
        for client in self.clients:
            client.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def titled(text):
    return {"title": {"title": [{"text": {"content": text}}]}}


def paragraph(text):
    return {"paragraph": {"rich_text": [{"text": {"content": text}}]}}


def plain(runs):
    return "".join(run["plain_text"] for run in runs)


class Driven:
    """Notes which of the client's endpoints were called while it lasts."""

    def __init__(self):
        self.called, self.all, self.undo = set(), set(), []

    def __enter__(self):
        for _, kind in inspect.getmembers(api_endpoints, inspect.isclass):
            if not issubclass(kind, api_endpoints.Endpoint) or kind is api_endpoints.Endpoint:
                continue
            for name, method in inspect.getmembers(kind, inspect.isfunction):
                if name == "__call__" or not name.startswith("_"):
                    self.all.add(f"{kind.__name__}.{name}")
                    setattr(kind, name, self.noting(f"{kind.__name__}.{name}", method))
                    self.undo.append((kind, name, method))
        return self

    def noting(self, title, method):
        @functools.wraps(method)
        def call(*words, **options):
            answer = method(*words, **options)
            self.called.add(title)
            return answer

        return call

    def __exit__(self, *_):
        for kind, name, method in self.undo:
            setattr(kind, name, method)


class WithSimulator(unittest.TestCase):
    words = ()

    def setUp(self):
        self.simulator = Simulator(*self.words)
        self.addCleanup(self.simulator.stop)
        self.notion = self.simulator.client()

    def inbox(self):
        found = self.notion.search(query="Inbox", filter={"property": "object", "value": "page"})
        return found["results"][0]["id"]

    def refusal(self, call, *words, **options):
        with self.assertRaises(APIResponseError) as caught:
            call(*words, **options)
        return caught.exception


class Endpoints(WithSimulator):
    def test_every_endpoint_answers(self):
        with Driven() as driven:
            inbox = self.inbox()
            self.users()
            page = self.pages(inbox)
            self.blocks(page)
            self.tables(inbox)
            self.comments(page)
            self.uploads(page)
            self.oauth()
        self.assertEqual(driven.all - driven.called, set())

    def users(self):
        me = self.notion.users.me()
        self.assertTrue(is_full_user(me))
        # A personal token may not list people.
        self.assertEqual(self.refusal(self.notion.users.list).code, APIErrorCode.RestrictedResource)
        team = self.simulator.client(None)
        everybody = collect_paginated_api(team.users.list, page_size=2)
        self.assertEqual(len({user["id"] for user in everybody}), len(everybody))
        person = next(user for user in everybody if user["type"] == "person")
        self.assertEqual(team.users.retrieve(person["id"])["name"], person["name"])
        self.assertEqual(self.notion.custom_emojis.list()["type"], "custom_emoji")

    def pages(self, inbox):
        page = self.notion.pages.create(parent={"page_id": inbox}, properties=titled("Made by Python"), children=[paragraph("One")])
        self.assertTrue(is_full_page(page))
        self.assertEqual(extract_page_id(f"https://www.notion.so/{page['url'].rsplit('/', 1)[1]}"), page["id"])
        changed = self.notion.pages.update(page["id"], icon={"type": "emoji", "emoji": "🐍"}, properties=titled("Renamed"))
        self.assertEqual(changed["icon"]["emoji"], "🐍")
        self.assertEqual(plain(self.notion.pages.retrieve(page["id"])["properties"]["title"]["title"]), "Renamed")
        title = self.notion.pages.properties.retrieve(page["id"], "title")
        self.assertEqual(title["results"][0]["title"]["plain_text"], "Renamed")
        insertion = {"type": "insert_content", "insert_content": {"content": "- Two"}}
        self.assertEqual(self.notion.pages.update_markdown(page["id"], **insertion)["markdown"], "One\n- Two")
        self.assertEqual(self.notion.pages.retrieve_markdown(page["id"])["markdown"], "One\n- Two")
        shelf = self.notion.pages.create(parent={"page_id": inbox}, properties=titled("Shelf"))
        moved = self.notion.pages.move(page["id"], parent={"page_id": shelf["id"]})
        self.assertEqual(moved["parent"]["page_id"], shelf["id"])
        return page["id"]

    def blocks(self, page):
        made = self.notion.blocks.children.append(page, children=[paragraph("Three"), paragraph("Four")])["results"]
        self.assertTrue(all(is_full_block(block) for block in made))
        first = made[0]["id"]
        self.notion.blocks.update(first, paragraph={"rich_text": [{"text": {"content": "Three!"}}]})
        self.assertEqual(plain(self.notion.blocks.retrieve(first)["paragraph"]["rich_text"]), "Three!")
        self.assertTrue(self.notion.blocks.delete(made[1]["id"])["in_trash"])
        texts = [plain(block[block["type"]]["rich_text"]) for block in collect_paginated_api(self.notion.blocks.children.list, block_id=page)]
        self.assertEqual(texts, ["One", "Two", "Three!"])
        self.assertIn("results", self.notion.blocks.meeting_notes.query())

    def tables(self, inbox):
        schema = {"Name": {"title": {}}, "Done": {"checkbox": {}}, "Points": {"number": {}}}
        database = self.notion.databases.create(
            parent={"type": "page_id", "page_id": inbox},
            title=[{"text": {"content": "Things"}}],
            initial_data_source={"properties": schema},
        )
        self.assertTrue(is_full_database(database))
        self.assertEqual(self.notion.databases.update(database["id"], is_inline=True)["is_inline"], True)
        self.assertEqual(self.notion.databases.retrieve(database["id"])["data_sources"], database["data_sources"])
        source = database["data_sources"][0]["id"]
        changed = self.notion.data_sources.update(source, properties={"Due": {"date": {}}})
        self.assertTrue(is_full_data_source(changed))
        self.assertEqual(set(self.notion.data_sources.retrieve(source)["properties"]), {*schema, "Due"})
        other = self.notion.data_sources.create(
            parent={"type": "database_id", "database_id": database["id"]}, properties={"Name": {"title": {}}}, title=[{"text": {"content": "More"}}]
        )
        self.assertEqual(other["parent"]["database_id"], database["id"])
        for number in range(5):
            row = {"Name": {"title": [{"text": {"content": f"Thing {number}"}}]}, "Points": {"number": number}}
            self.notion.pages.create(parent={"data_source_id": source}, properties=row)
        rows = collect_paginated_api(
            self.notion.data_sources.query,
            data_source_id=source,
            page_size=2,
            filter={"property": "Points", "number": {"greater_than": 1}},
            sorts=[{"property": "Points", "direction": "descending"}],
        )
        self.assertEqual([row["properties"]["Points"]["number"] for row in rows], [4, 3, 2])
        self.assertEqual(collect_data_source_templates(self.notion.data_sources.list_templates, data_source_id=source), [])
        self.views(database["id"], source)

    def views(self, database, source):
        view = self.notion.views.create(database_id=database, data_source_id=source, name="By points", type="table")
        self.assertTrue(is_full_view(view))
        self.assertEqual(self.notion.views.update(view["id"], name="Points")["name"], "Points")
        self.assertEqual(self.notion.views.retrieve(view["id"])["name"], "Points")
        self.assertIn(view["id"], [each["id"] for each in self.notion.views.list(database_id=database)["results"]])
        query = self.notion.views.queries.create(view["id"], page_size=3)
        self.assertEqual(query["total_count"], 5)
        self.assertEqual(len(self.notion.views.queries.results(view["id"], query["id"])["results"]), 5)
        self.notion.views.queries.delete(view["id"], query["id"])
        self.notion.views.delete(view["id"])
        self.assertEqual(self.refusal(self.notion.views.retrieve, view["id"]).code, APIErrorCode.ObjectNotFound)

    def comments(self, page):
        comment = self.notion.comments.create(parent={"page_id": page}, rich_text=[{"text": {"content": "Good"}}])
        self.assertEqual(plain(comment["rich_text"]), "Good")
        answer = self.notion.comments.create(discussion_id=comment["discussion_id"], rich_text=[{"text": {"content": "Yes"}}])
        self.assertEqual(answer["discussion_id"], comment["discussion_id"])
        self.notion.comments.update(answer["id"], rich_text=[{"text": {"content": "No"}}])
        self.assertEqual(plain(self.notion.comments.retrieve(answer["id"])["rich_text"]), "No")
        self.notion.comments.delete(answer["id"])
        self.assertEqual([each["id"] for each in self.notion.comments.list(block_id=page)["results"]], [comment["id"]])

    def uploads(self, page):
        one = self.notion.file_uploads.create(mode="single_part", filename="note.txt", content_type="text/plain")
        sent = self.notion.file_uploads.send(one["id"], file=("note.txt", io.BytesIO(b"twelve bytes"), "text/plain"))
        self.assertEqual((sent["status"], sent["content_length"]), ("uploaded", 12))
        many = self.notion.file_uploads.create(mode="multi_part", filename="film.mp4", content_type="video/mp4", number_of_parts=2)
        for number, length in ((1, 5 * 1024 * 1024), (2, 10)):
            part = ("film.mp4", io.BytesIO(bytes(length)), "video/mp4")
            self.notion.file_uploads.send(many["id"], file=part, part_number=str(number))
        self.assertEqual(self.notion.file_uploads.complete(many["id"])["status"], "uploaded")
        self.assertEqual(self.notion.file_uploads.retrieve(many["id"])["number_of_parts"], {"total": 2, "sent": 2})
        self.assertIn(one["id"], [each["id"] for each in self.notion.file_uploads.list()["results"]])
        attached = {"type": "file_upload", "file_upload": {"id": one["id"]}}
        self.notion.blocks.children.append(page, children=[{"type": "file", "file": attached}])

    def oauth(self):
        credentials = self.simulator.ready["oauth"]
        redirect = "http://localhost:43110/callback"
        asked = {"client_id": credentials["client_id"], "response_type": "code", "owner": "user", "redirect_uri": redirect}
        page = f"{self.simulator.url}/v1/oauth/authorize?{urllib.parse.urlencode(asked)}"
        consent = httpx.post(page, data={"workspace": self.simulator.ready["workspaces"][0]["name"], "decision": "allow"})
        if consent.status_code >= 400:
            self.fail(consent.text)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(consent.headers["location"]).query)["code"][0]
        tokens = self.notion.oauth.token(**credentials, grant_type="authorization_code", code=code, redirect_uri=redirect)
        self.assertTrue(self.notion.oauth.introspect(**credentials, token=tokens["access_token"])["active"])
        self.notion.oauth.revoke(**credentials, token=tokens["access_token"])
        self.assertFalse(self.notion.oauth.introspect(**credentials, token=tokens["access_token"])["active"])


class Refusals(WithSimulator):
    def test_they_are_the_clients_errors(self):
        missing = self.refusal(self.notion.pages.retrieve, "00000000-0000-4000-8000-000000000000")
        self.assertEqual((missing.code, missing.status), (APIErrorCode.ObjectNotFound, 404))
        wrong = self.refusal(self.notion.pages.create, parent={"page_id": self.inbox()}, properties={"title": 1})
        self.assertEqual(wrong.code, APIErrorCode.ValidationError)
        self.assertEqual(self.refusal(self.notion.users.me, auth="ntn_nobody").code, APIErrorCode.Unauthorized)

    def test_the_client_waits_its_turn(self):
        self.simulator.control("window", {"requests": 2, "seconds": 1})
        patient = self.simulator.client(retry=RetryOptions(max_retries=3, initial_retry_delay_ms=1, max_retry_delay_ms=1_500))
        for _ in range(3):
            patient.users.me()
        with urllib.request.urlopen(f"{self.simulator.url}/control/requests") as answer:
            statuses = [request["status"] for request in json.load(answer)["requests"]]
        self.assertIn(429, statuses)

    def test_a_read_is_tried_again_and_a_write_is_not(self):
        patient = self.simulator.client(retry=RetryOptions(max_retries=2, initial_retry_delay_ms=1, max_retry_delay_ms=2))
        self.simulator.control("faults", {"fault": {"type": "unavailable"}})
        patient.users.me()
        inbox = self.inbox()
        self.simulator.control("faults", {"method": "POST", "path": "/pages", "fault": {"type": "unavailable"}})
        self.assertEqual(self.refusal(patient.pages.create, parent={"page_id": inbox}, properties=titled("x")).status, 503)


class Asynchronous(WithSimulator):
    def test_walks_as_the_other_one_does(self):
        async def walk():
            async with AsyncClient(auth=self.simulator.token("Mara, personal"), base_url=self.simulator.url, notion_version=VERSION) as notion:
                return await async_collect_paginated_api(notion.search, page_size=7)

        found = asyncio.run(walk())
        self.assertEqual([each["id"] for each in found], [each["id"] for each in collect_paginated_api(self.notion.search)])
        self.assertGreater(len(found), 10)


class TheVersionItSpeaks(WithSimulator):
    def test_the_older_one_says_archived(self):
        older = self.simulator.client(notion_version="2025-09-03")
        page = older.pages.create(parent={"page_id": self.inbox()}, properties=titled("Older"))
        self.assertEqual((page["archived"], page["in_trash"]), (False, False))


if __name__ == "__main__":
    unittest.main()
