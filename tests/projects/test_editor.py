"""What an editor says of the files of a project: yaml-language-server, over its own protocol."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from typing import IO, TYPE_CHECKING, Any

import pytest
from tests.conftest import ROOT

from nhsrate.kinds.manual import field_sentences, kind_summary
from nhsrate.projects.schema import CASES, SCHEMAS
from nhsrate.rules.inputs import TableReading
from nhsrate.rules.project_file import Entry, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = "yaml-language-server"
pytestmark = pytest.mark.node(SERVER)

RULES = """\
# yaml-language-server: $schema=../schema.json
id: lights
title: Lights
scales: {lights: [{level: green}, {level: red}]}
inputs:
  waits: {type: number, polarity: lower}
ratings:
  light:
    kind: thresholds
    scale: lights
    headline: true
    of: waits
    levels: [{level: green, at_most: 10}, {level: red, otherwise: true}]
"""


class Editor:
    """An editor that has a language server run for it."""

    def __init__(self, folder: Path) -> None:
        """Start the server in that folder."""
        self.folder, self.asked = folder, 0
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.server = subprocess.Popen(
            [shutil.which(SERVER) or SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        root = folder.as_uri()
        self.ask("initialize", processId=None, rootUri=root, capabilities={"workspace": {"configuration": True}})
        self.say("initialized")

    @property
    def reader(self) -> IO[bytes]:
        """What the server says."""
        assert self.server.stdout is not None
        return self.server.stdout

    def send(self, message: dict[str, Any]) -> None:
        """One message to the server."""
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.server.stdin is not None
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.server.stdin.flush()

    def say(self, method: str, **params: Any) -> None:  # noqa: ANN401 (what each method takes)
        """A message that wants no answer."""
        self.send({"method": method, "params": params})

    def heard(self) -> dict[str, Any]:
        """The next message of the server."""
        length = 0
        while line := self.reader.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        message: dict[str, Any] = json.loads(self.reader.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": self.settings(message)})
        return message

    def settings(self, message: dict[str, Any]) -> list[dict[str, Any]] | None:
        """What the server is told of settings: nothing is fetched from anywhere."""
        if message["method"] != "workspace/configuration":
            return None
        own = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
        return [own if item.get("section") == "yaml" else {} for item in message["params"]["items"]]

    def ask(self, method: str, **params: Any) -> Any:  # noqa: ANN401 (as above, and gives)
        """What the server answers."""
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self.heard()
            if message.get("id") == self.asked and "method" not in message:
                return message.get("result")

    def opened(self, name: str, text: str) -> list[str]:
        """Open a file of that text, each in a folder of its own; what is underlined in it."""
        file = self.file(name, text)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        uri = file.as_uri()
        self.told.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.say("textDocument/didOpen", textDocument=document)
        while uri not in self.told:
            self.heard()
        return [one["message"] for one in self.told[uri]]

    def file(self, name: str, text: str) -> Path:
        """Where a file of that text is."""
        return self.folder / hashlib.sha256(text.encode()).hexdigest()[:8] / name

    def hover(self, name: str, text: str, word: str) -> str:
        """What is shown where the pointer rests on the first such word."""
        found = self.ask("textDocument/hover", **self.at(name, text, text.index(word) + 1))
        return str(found["contents"]["value"]) if found else ""

    def completed(self, name: str, text: str, offset: int) -> set[str]:
        """What is offered there."""
        found = self.ask("textDocument/completion", **self.at(name, text, offset))
        return {item["label"] for item in (found["items"] if isinstance(found, dict) else found)}

    def at(self, name: str, text: str, offset: int) -> dict[str, Any]:
        """A place in a file."""
        before = text[:offset]
        line = before.count("\n")
        uri = self.file(name, text).as_uri()
        return {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": len(before) - before.rfind("\n") - 1},
        }


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor in a folder with the schemas."""
    folder = tmp_path_factory.mktemp("editor")
    for file, _ in SCHEMAS.values():
        shutil.copy(ROOT / "indicators" / file, folder)
    one = Editor(folder)
    yield one
    one.ask("shutdown")
    one.say("exit")
    one.server.communicate(timeout=20)


def model(what: str) -> str:
    """The line that tells an editor of a schema beside the file."""
    return f"# yaml-language-server: $schema=../{SCHEMAS[what][0]}\n"


PROJECT = model("project") + "methodologies: rules\nratings:\n  - return: a.csv\n    outputs: [b.csv]\n    \n"
CASE = model("cases") + "methodology: lights\ncases:\n  - name: a\n    given: {waits: 3}\n    expect: {light: green}\n"
READING = model("reading") + "header_row: 3\nheadings: {waits: Days}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.yaml", RULES), ("nhsrate.yaml", PROJECT), ("cases.yaml", CASE), ("reading.yaml", READING)],
)  # fmt: skip
def test_what_is_sound_has_nothing_underlined(editor: Editor, name: str, text: str) -> None:
    assert editor.opened(name, text) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", RULES.replace("polarity", "polarty"), "polarty"),
        ("nhsrate.yaml", PROJECT.replace("outputs", "output"), "output"),
        ("nhsrate.yaml", PROJECT.replace("return: a.csv", "name: a"), "return"),
        ("cases.yaml", CASE.replace("expect", "expct"), "expct"),
        ("reading.yaml", READING.replace("3", "three"), "integer"),
    ],
)  # fmt: skip
def test_a_slip_is_underlined(editor: Editor, name: str, text: str, said: str) -> None:
    assert said in " ".join(editor.opened(name, text))


def test_a_key_shows_its_sentence(editor: Editor) -> None:
    editor.opened("nhsrate.yaml", PROJECT)
    assert plain(field_sentences(Project)["methodologies"]) in plain(
        editor.hover("nhsrate.yaml", PROJECT, "methodologies")
    )
    assert plain(field_sentences(Entry)["return"]) in plain(editor.hover("nhsrate.yaml", PROJECT, "return"))
    editor.opened("cases.yaml", CASE)
    assert plain(CASES["expect"]) in plain(editor.hover("cases.yaml", CASE, "expect"))
    editor.opened("reading.yaml", READING)
    assert plain(field_sentences(TableReading)["header_row"]) in plain(
        editor.hover("reading.yaml", READING, "header_row")
    )


def test_a_kind_shows_what_it_means(editor: Editor) -> None:
    editor.opened("a.yaml", RULES)
    assert plain(kind_summary("thresholds")) in plain(editor.hover("a.yaml", RULES, "kind: thresholds"))


def test_keys_are_offered(editor: Editor) -> None:
    editor.opened("nhsrate.yaml", PROJECT)
    offered = editor.completed("nhsrate.yaml", PROJECT, len(PROJECT) - 1)
    assert {"methodology", "organisations", "earlier"} <= offered
    assert "outputs" not in offered


def plain(text: str) -> str:
    """Letters alone: the server writes Markdown, which has signs of its own."""
    return "".join(letter for letter in text if letter.isalnum())
