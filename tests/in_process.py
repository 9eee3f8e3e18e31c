"""flake8's own way from a command line to the plugin, without starting flake8."""

from __future__ import annotations

import argparse
from configparser import RawConfigParser
from pathlib import Path

import flake8
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options.aggregator import aggregate_options
from flake8.options.manager import OptionManager

from flake8_testhygiene.plugin import Plugin


def configured(*arguments: str, config: str = "") -> type[Plugin]:
    """The plugin as flake8 sets it up for these arguments and this text below ``[flake8]``.

    It is a class of its own: what the plugin holds for other users stays as it is.
    """
    return _set_up(arguments, config)[0]


def filenames(*arguments: str) -> list[str]:
    """The files that flake8 would read, once the plugin has seen the command line."""
    return list(_set_up(arguments, "")[1].filenames)


def _set_up(arguments: tuple[str, ...], config: str) -> tuple[type[Plugin], argparse.Namespace]:
    class Configured(Plugin):
        pass

    manager = _option_manager()
    namespace = _parsed(manager, arguments, config)
    Configured.parse_options(manager, namespace, namespace.filenames)
    return Configured, namespace


def _option_manager() -> OptionManager:
    manager = OptionManager(
        version=flake8.__version__,
        plugin_versions="",
        parents=[stage1_arg_parser()],
        formatter_names=["default"],
    )
    register_default_options(manager)
    manager.extend_default_select(["TH"])  # as flake8 does for the name of the entry point
    Plugin.add_options(manager)
    return manager


def _parsed(manager: OptionManager, arguments: tuple[str, ...], config: str) -> argparse.Namespace:
    file = RawConfigParser()
    file.read_string(f"[flake8]\n{config}")
    return aggregate_options(manager, file, str(Path.cwd()), arguments)
