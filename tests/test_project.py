"""What stands where in the linted file, and verdicts that do not depend on where one starts."""

from __future__ import annotations

import ast
import gc
import os
import textwrap
import weakref
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_testhygiene.project import MOST_BASES, Place, Project, verdicts
from flake8_testhygiene.project.files import KEPT_FOR, Files
from flake8_testhygiene.source import File, Source


def source_of(text: str) -> Source:
    text = textwrap.dedent(text)
    return Source(ast.parse(text), text)


def lineage(text: str, name: str) -> tuple[list[str], tuple[str, ...]]:
    """The names of the classes that ``name`` inherits from, and of those that are not read."""
    source = source_of(text)
    found = Project(source).lineage(source.classes[name])
    return [each.name for each in found.classes], found.foreign


class TestLineage:
    @pytest.mark.parametrize(
        ("text", "classes", "foreign"),
        [
            ("class A: pass", "A", ()),
            ("class B: pass\nclass A(B): pass", "AB", ()),
            ("class C: pass\nclass B(C): pass\nclass A(B): pass", "ABC", ()),
            ("class C: pass\nclass B: pass\nclass A(B, C): pass", "ABC", ()),
            ("import b\nclass A(b.B): pass", "A", ("b.B",)),
            ("from b import B as Base\nclass A(Base): pass", "A", ("b.B",)),
            ("class A(B, metaclass=M): pass", "A", ("B",)),
            ("class A(make()): pass", "A", ("make()",)),
            ("class A(Generic[T]): pass", "A", ("Generic[]",)),
            ("class B(X): pass\nclass A(B, Y, X): pass", "AB", ("Y", "X")),
            ("if x:\n    class A(B): pass\nelse:\n    class B: pass", "AB", ()),
            ("try:\n    class B: pass\nexcept E: pass\nclass A(B): pass", "AB", ()),
        ],
    )
    def test_order(self, text: str, classes: str, foreign: tuple[str, ...]) -> None:
        names, bases = lineage(text, "A")
        assert names == list(classes)
        assert set(bases) == set(foreign)

    @pytest.mark.parametrize(
        "text",
        [
            "class A(A): pass",
            "class A(B): pass\nclass B(A): pass",
            "class A(B): pass\nclass B(C): pass\nclass C(A, B): pass",
        ],
    )
    def test_cycles_end(self, text: str) -> None:
        names, foreign = lineage(text, "A")
        assert names == sorted(source_of(text).classes)
        assert foreign == ()

    def test_base_above_a_cycle_is_foreign(self) -> None:
        text = "class C(A, Y): pass\nclass B(C, X): pass\nclass A(B): pass\nclass Heir(A): pass"
        for name in ("A", "B", "C", "Heir"):
            names, foreign = lineage(text, name)
            assert {*names} == {name, "A", "B", "C"}
            assert {*foreign} == {"X", "Y"}

    def test_everything_inherits_from_everything(self) -> None:
        names = [f"C{number}" for number in range(60)]
        text = "\n".join(f"class {name}({', '.join(names)}): pass" for name in names)
        assert sorted(lineage(text, "C0")[0]) == sorted(names)

    def test_ladder_of_diamonds(self) -> None:
        steps = "\n".join(
            f"class A{n}(A{n - 1}, B{n - 1}): pass\nclass B{n}(B{n - 1}, X{n}): pass" for n in range(1, 60)
        )
        names, foreign = lineage(f"class A0: pass\nclass B0(X): pass\n{steps}", "A59")
        assert sorted(names) == sorted(
            f"{letter}{n}" for letter in "AB" for n in range(60) if letter + str(n) != "B59"
        )
        assert {*foreign} == {"X", *(f"X{n}" for n in range(1, 59))}

    def test_ladder_too_long_to_climb(self) -> None:
        text = "class C0: pass\n" + "\n".join(f"class C{n + 1}(C{n}): pass" for n in range(5000))
        names, foreign = lineage(text, "C5000")
        assert 0 < len(names) <= MOST_BASES + 1
        assert foreign == (f"C{5000 - len(names)}",)

    def test_diamond_is_climbed_once(self) -> None:
        text = "class D(X): pass\nclass B(D): pass\nclass C(D): pass\nclass A(B, C): pass"
        names, foreign = lineage(text, "A")
        assert sorted(names) == ["A", "B", "C", "D"]
        assert foreign == ("X",)

    def test_no_class(self) -> None:
        assert Project(source_of("")).lineage(None) == ((), (), (), ())

    def test_heirs(self) -> None:
        source = source_of("class A: pass\nclass B(A): pass\nclass C(B): pass\nclass D: pass")
        heirs = Project(source).heirs(source.classes["B"])
        assert {each.name for each in heirs} == {"B", "C"}
        assert list(Project(source).heirs(None)) == []

    def test_methods_of_bases_run_with_the_class(self) -> None:
        source = source_of(
            """
            class B:
                def one(self): pass
                def two(self): pass
            class A(B):
                def one(self): pass
            """
        )
        places = list(Project(source).methods(source.classes["A"]))
        assert [(place.name, place.function.lineno) for place in places] == [
            ("one", 6),
            ("one", 3),
            ("two", 4),
        ]
        assert all(place.owner is source.classes["A"] for place in places)


CALLEES = source_of(
    """
    import other

    def function(): pass

    class Base:
        def method(self): pass
        def both(self): pass
        def asks(self): pass

    class Heir(Base):
        def both(self): pass
        def hidden(self): pass
        other_name = method
        function = both

    def function(): pass
    """
)


def test_classes_that_are_alike_are_still_two() -> None:
    one, other = (source_of("class A: x = 1").classes["A"] for _ in range(2))
    assert tuple(one) == tuple(other)
    assert one == one
    assert one != other
    assert not one == other  # noqa: SIM201
    assert len({one, other}) == 2


class TestCallee:
    @pytest.mark.parametrize(
        ("name", "line"),
        [
            ("function", 17),  # the last of that name, as at run time
            ("self.method", 7),
            ("self.both", 12),
            ("super().both", 8),
            ("super().method", 7),
            ("super().asks", 9),
            ("Base.both", 8),
            ("Heir.both", 12),
            ("Heir.method", 7),
            ("self.other_name", 7),
            ("self.function", 12),
        ],
    )
    def test_known(self, name: str, line: int) -> None:
        callee = self.callee(name)
        assert callee is not None
        assert callee.function.lineno == line

    @pytest.mark.parametrize(
        "name",
        [
            "unknown",
            "other.function",
            "self.unknown",
            "self.a.method",
            "super().hidden",
            "Base.hidden",
            "Unknown.method",
            "Base",
            "method",
            "?.method",
            "",
        ],
    )
    def test_unknown(self, name: str) -> None:
        assert self.callee(name) is None

    def test_runs_with_the_self_of_the_caller(self) -> None:
        for name, owner in (("self.method", "Heir"), ("super().method", "Heir"), ("Base.method", "Base")):
            callee = self.callee(name)
            assert callee is not None
            assert callee.owner is CALLEES.classes[owner]

    def test_method_of_a_function(self) -> None:
        project = Project(CALLEES)
        caller = project.place(CALLEES.functions["function"])
        assert project.callee("self.method", caller) is None
        assert project.callee("super().method", caller) is None
        assert project.callee("function", caller) == caller

    def callee(self, name: str) -> Place | None:
        """What ``name`` means inside a method of ``Heir``."""
        project = Project(CALLEES)
        return project.callee(name, project.place(CALLEES.classes["Heir"].methods["both"]))

    def test_alias_to_itself_ends(self) -> None:
        source = source_of("class A:\n    one = two\n    two = one\n    def it(self): pass")
        project = Project(source)
        caller = project.place(source.classes["A"].methods["it"])
        assert project.callee("self.one", caller) is None


class Calls:
    """Functions that call one another, some of which fail; and what the project says of each."""

    def __init__(self, graph: dict[str, list[str]], failing: set[str]) -> None:
        lines = []
        for name, called in graph.items():
            body = [*(f"{each}()" for each in called), *(["fail()"] if name in failing else []), "pass"]
            lines.append(f"def {name}():\n    " + "\n    ".join(body))
        self.source = source_of("\n".join(lines))
        self.project = Project(self.source)
        self.asked: list[str] = []

    def answer(self, place: Place) -> frozenset[str]:
        self.asked.append(place.name)
        found: set[str] = set()
        for call in place.facts.calls:
            if call.name == "fail":
                found.add(f"{place.name} fails")
            elif (callee := self.project.callee(call.name, place)) is not None:
                found |= self.verdict(callee.name)
        return frozenset(found)

    def verdict(self, name: str) -> frozenset[str]:
        return self.project.verdict("fails", self.project.place(self.source.functions[name]), self.answer)


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += graph[name]
    return seen


NAMES = tuple("abcdef")
graphs = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=3) for name in NAMES})


class TestVerdict:
    @given(graph=graphs, failing=st.sets(st.sampled_from(NAMES)), order=st.permutations(NAMES))
    @settings(max_examples=300, deadline=None)
    def test_is_what_can_be_reached(
        self, graph: dict[str, list[str]], failing: set[str], order: list[str]
    ) -> None:
        calls = Calls(graph, failing)
        for name in order:
            assert calls.verdict(name) == {f"{each} fails" for each in reachable(graph, name) & failing}

    @given(graph=graphs, failing=st.sets(st.sampled_from(NAMES)), start=st.sampled_from(NAMES))
    @settings(max_examples=100, deadline=None)
    def test_is_the_same_when_asked_again(
        self, graph: dict[str, list[str]], failing: set[str], start: str
    ) -> None:
        calls = Calls(graph, failing)
        first = calls.verdict(start)
        assert calls.verdict(start) == first

    @pytest.mark.parametrize("start", ["a", "b"])
    def test_mutual_recursion(self, start: str) -> None:
        calls = Calls({"a": ["b"], "b": ["a"]}, {"a"})
        assert calls.verdict(start) == calls.verdict("a") == calls.verdict("b") == {"a fails"}

    def test_what_was_solved_together_is_kept(self) -> None:
        calls = Calls({"a": ["b"], "b": ["a"]}, {"a"})
        calls.verdict("a")
        calls.asked.clear()
        assert calls.verdict("b") == {"a fails"}
        assert not calls.asked

    def test_what_is_known_is_kept(self) -> None:
        calls = Calls({"a": ["b"], "b": []}, {"b"})
        calls.verdict("a")
        calls.asked.clear()
        assert calls.verdict("a") == calls.verdict("b") == {"b fails"}
        assert calls.asked == []

    def test_many_callers_ask_once(self) -> None:
        names = [f"f{number}" for number in range(verdicts.MOST_AT_ONCE)]
        calls = Calls(
            {name: names[number + 1 : number + 3] for number, name in enumerate(names)}, {names[-1]}
        )
        assert calls.verdict("f0") == {f"{names[-1]} fails"}
        assert len(calls.asked) == len(names)

    def test_long_chain_is_asked_twice(self) -> None:
        names = [f"f{number}" for number in range(3000)]
        calls = Calls({name: names[number + 1 : number + 3] for number, name in enumerate(names)}, {"f2999"})
        assert calls.verdict("f0") == {"f2999 fails"}
        assert len(calls.asked) <= 2 * len(names)

    @given(graph=graphs, failing=st.sets(st.sampled_from(NAMES)), order=st.permutations(NAMES))
    @settings(max_examples=300, deadline=None)
    def test_is_the_same_in_many_parts(
        self, graph: dict[str, list[str]], failing: set[str], order: list[str]
    ) -> None:
        calls = Calls(graph, failing)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(verdicts, "MOST_AT_ONCE", 2)
            for name in order:
                assert calls.verdict(name) == {f"{each} fails" for each in reachable(graph, name) & failing}

    def test_fault_leaves_nothing_behind(self) -> None:
        calls = Calls({"a": ["b"], "b": []}, {"b"})

        def fail(place: Place) -> frozenset[str]:
            raise ValueError(place.name)

        place = calls.project.place(calls.source.functions["a"])
        with pytest.raises(ValueError, match="a"):
            calls.project.verdict("fails", place, fail)
        assert calls.verdict("a") == {"b fails"}

    def test_questions_are_kept_apart(self) -> None:
        calls = Calls({"a": []}, {"a"})
        place = calls.project.place(calls.source.functions["a"])
        assert calls.verdict("a")
        assert calls.project.verdict("other", place, lambda _: frozenset()) == frozenset()

    def test_one_method_of_two_classes(self) -> None:
        source = source_of(
            """
            class Base:
                def it(self): self.part()
                def part(self): pass
            class Heir(Base):
                def part(self): fail()
            """
        )
        project = Project(source)

        def answer(place: Place) -> frozenset[str]:
            found: set[str] = set()
            for call in place.facts.calls:
                callee = project.callee(call.name, place)
                found |= {"fails"} if callee is None else project.verdict("fails", callee, answer)
            return frozenset(found)

        verdicts = {
            each.name: project.verdict("fails", place, answer)
            for each in source.classes.values()
            for place in project.methods(each)
            if place.name == "it"
        }
        assert verdicts == {"Base": frozenset(), "Heir": {"fails"}}


class TestForgetting:
    """What is kept of the files around the linted ones, as file after file is linted."""

    @staticmethod
    def kept(files: Files, root: Path, used: list[str], runs: int) -> bool:
        """Whether the first file is still the same after so many files that look at the ``used`` ones."""
        first = weakref.ref(TestForgetting.read(files, root, "first.py"))
        for _ in range(runs):
            files.begin()
            for name in used:
                TestForgetting.read(files, root, name)
        gc.collect()
        return first() is not None

    @staticmethod
    def read(files: Files, root: Path, name: str) -> File:
        found = files.file(str(root / name), str(root), (str(root),))
        assert found is not None
        return found

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        for name in ("first.py", "second.py"):
            (tmp_path / name).write_text("def helper(): ...\n")
            os.utime(tmp_path / name, (1, 1))
        return tmp_path

    @pytest.fixture
    def files(self, monkeypatch: pytest.MonkeyPatch) -> Files:
        monkeypatch.setattr("flake8_testhygiene.project.files.SHORTLY", 0)  # the files are new
        return Files()

    def test_a_file_that_is_looked_at_stays(self, files: Files, root: Path) -> None:
        assert self.kept(files, root, ["first.py"], 3 * KEPT_FOR)

    def test_a_file_that_nobody_looks_at_is_let_go_of(self, files: Files, root: Path) -> None:
        assert not self.kept(files, root, ["second.py"], 3 * KEPT_FOR)

    def test_a_file_stays_for_its_neighbours(self, files: Files, root: Path) -> None:
        assert self.kept(files, root, ["second.py"], KEPT_FOR - 1)
