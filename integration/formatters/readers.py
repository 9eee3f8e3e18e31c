"""The remarks in a report, for each format that docs/ci.md names; what the format demands is asserted."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree

from integration.remarks import Remark, read


def github(printed: str) -> list[Remark]:
    """GitHub's workflow commands: ``::error file=,line=,col=,title=::message``."""
    found = []
    for line in printed.splitlines():
        properties, _, message = line.removeprefix("::error ").partition("::")
        given = dict(each.split("=", 1) for each in properties.split(","))
        found.append(Remark(given["file"], int(given["line"]), int(given["col"]), given["title"], message))
    return found


def gitlab(printed: str) -> list[Remark]:
    """GitLab's report: a list of issues, each with what GitLab demands."""
    issues = json.loads(printed)
    assert len({each["fingerprint"] for each in issues}) == len(issues)
    assert {each["severity"] for each in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert all(each["check_name"] for each in issues)
    return [
        Remark(
            each["location"]["path"],
            each["location"]["lines"]["begin"],
            0,
            *re.fullmatch(r"(.*) \[(\w+)\]", each["description"]).group(2, 1),  # type: ignore[union-attr]
        )
        for each in issues
    ]


def flake8_json(printed: str) -> list[Remark]:
    return [
        Remark(
            path.removeprefix("./"), each["line_number"], each["column_number"], each["code"], each["text"]
        )
        for path, remarks in json.loads(printed).items()
        for each in remarks
    ]


def junit(printed: str) -> list[Remark]:
    """JUnit's report: each remark is a failed test case; a file without any is one that passed."""
    found: list[Remark] = []
    suites = ElementTree.fromstring(printed)
    for case in suites.iter("testcase"):
        failures = case.findall("failure")
        assert bool(failures) == (case.get("name") != "Check passed")
        for each in failures:
            (remark,) = read(each.get("message", ""))
            assert case.get("name") == f"{remark.code}, {remark.text}"
            assert case.get("file", "").endswith(remark.path)
            assert case.get("line") == str(remark.line)
            found.append(remark)
    assert suites.get("failures") == str(len(found))
    return found


def checkstyle(printed: str) -> list[Remark]:
    return [
        Remark(
            file.get("name", "").removeprefix("./"),
            int(error.get("line", "")),
            int(error.get("column", "")),
            *error.get("message", "").split(" ", 1),
        )
        for file in ElementTree.fromstring(printed.encode())
        for error in file
    ]


def sarif(printed: str) -> list[Remark]:
    """SARIF 2.1.0: each result names a rule that is listed, and a place."""
    report = json.loads(printed)
    assert report["version"] == "2.1.0"
    (found,) = report["runs"]
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    remarks = []
    for result in found["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        path, region = unquote(place["artifactLocation"]["uri"]), place["region"]
        message = result["message"]["text"]
        remarks.append(Remark(path, region["startLine"], region["startColumn"], result["ruleId"], message))
    return remarks
