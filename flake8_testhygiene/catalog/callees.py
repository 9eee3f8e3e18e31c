"""Callees that leave what they are given with the caller, by kind of resource."""

from __future__ import annotations

# Anything may be handed to these: they look, compare, print, configure or pretend.
LOOKS_ONLY = (
    r"(^|\.)(raise|assert\w*|assert_\w+|expect\w*|debug|info|warning|warn|error|exception|critical|log|skipTest"
    r"|fail|skip|subTest|flags|set_override|set_default|config|override_config|setenv|chdir|Mock"
    r"|join|format|startswith|endswith|dumps|(parse|extract)_\w*id|MagicMock|AsyncMock|PropertyMock|patch|object|call|sleep|is_alive|isEnabledFor)$"
)

# What is called so keeps what it is given, for the code under test to find.
PRETENDS = r"(Mock|SimpleNamespace)$"

# Where standard-library functions are given an open handle, these give it back as it was.
LEAVES_HANDLES_OPEN = (
    r"^(json|pickle|cPickle|six\.moves\.cPickle|csv|configparser|marshal|plistlib|yaml|toml|tomllib|hashlib|select|shutil|subprocess"
    r"|fcntl|struct|pprint|ast|re|os\.(fstat|read|write|stat|dup|dup2|path|fsync)|sys\.stdout"
    # A response reads from a file it makes of the socket; a pool sends over a connection it is given.
    r"|((\w+\.)*six\.moves\.http_client|http\.client|httplib)\.HTTPResponse|(\w+\.)*_make_request"
    r"|(\w+\.)*jsonutils\.load)\b"
    # config.write(open(path, 'w')), tree.write(file)
    r"|^\w+\.write$"
    # What is uploaded is read, and left open.
    r"|^(requests|httpx)\.(post|put|patch|request|stream)$"
)

# What is called so may remove a directory that it is given, or arrange for that.
MAY_REMOVE = (
    r"(?i)clean|remov|delet|rmtree|purge|destroy|wipe|unlink|dispose|tear_?down|te?mp_?(dir|fold|file|path)|fixture"
    r"|sandbox|workspace|scratch|context|guard|own|track|regist|mount|move|renam|uninstall|isolat"
)

# What is called so gives the path that it is given in another form.
GIVES_A_PATH = r"(?i)(^|_)(real|abs|norm)?_?(path|pathname|case)$|(^|_)(resolve|expand\w*|normali[sz]e\w*)$"

# Keywords by which a function is told to remove what it is given.
TOLD_TO_REMOVE = r"(?i)^_?(unlink|delete|remove|clean_?up|auto_?(delete|remove)|(delete|remove)_\w+)$"

# Standard-library functions that take over what they are given, whatever it is.
TAKES_OVER = (
    r"^(threading|multiprocessing|concurrent|asyncio|atexit|weakref|contextlib|signal|socketserver|functools"
    r"|queue|collections|types|copy|os\.kill|os\.waitpid|os\.killpg)\b"
)
