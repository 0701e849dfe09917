"""The `flyt` command. Each command is thin: it reads its words and calls the module that works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

# Errors of these packages are sentences for a person; others keep their traceback.
_OWN_PACKAGES = ("builder", "connectors", "nodes", "runtime", "storage")
_OUTSIDE = {"psycopg", "redis", "sqlalchemy"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Failure(click.ClickException):
    """A mistake of the user: one line on standard error and exit code 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.message}", err=True)


class Commands(click.Group):
    """Shows errors that explain themselves as one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except Exception as error:
            package = type(error).__module__.partition(".")[0]
            if package in _OWN_PACKAGES:
                reasons = getattr(error, "errors", None) or [error]
                raise Failure("\n".join(map(str, reasons))) from error
            if package in _OUTSIDE and "Connection" in repr(error) + str(error).title():
                raise Failure(f"a service does not answer: {_first_line(error)}") from error
            raise


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [repr(error)])[0]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="flyt")
def main() -> None:
    """Flyt: a visual no-code flow builder with an interpreted runtime."""


def _setting(name: str) -> Callable[..., None]:
    """An option that stands for a setting: it is put into the environment before it is read."""

    def remember(_context: click.Context, _parameter: click.Parameter, value: object) -> None:
        if value is not None:
            os.environ[name] = str(value)

    return remember


_port = click.option("--port", type=int, expose_value=False, callback=_setting("FLYT_PORT"))
_host = click.option("--host", expose_value=False, callback=_setting("FLYT_HOST"))
_role = click.option(
    "--role", type=click.Choice(["owner", "editor", "agent", "viewer"]), default="owner"
)
_workspace = click.option(
    "--workspace", metavar="NAME", help="Name or id; needed where there are several."
)


@main.command()
@_port
@_host
@click.option(
    "--data",
    type=click.Path(file_okay=False, resolve_path=True),
    expose_value=False,
    callback=_setting("FLYT_DATA"),
    help="Where everything is kept; .flyt of the checkout otherwise.",
)
@click.option("--reload", is_flag=True, help="Restart when Flyt's own Python files change.")
def run(reload: bool) -> None:
    """Runs everything on this machine and prints the address."""
    from runtime import supervisor

    supervisor.run(reload=reload)


@main.command()
@_port
@_host
@click.option("--api", is_flag=True, help="Without the builder; may run many times.")
def web(api: bool) -> None:
    """Answers HTTP: the API, the chat and the builder."""
    from runtime import web as server

    server.run(with_builder=not api)


@main.command()
def worker() -> None:
    """Performs background work from the queue; may run many times."""
    from runtime import logs, workers
    from runtime.settings import Settings

    logs.configure(Settings.from_env(), "worker")
    workers.run()


@main.command()
def clock() -> None:
    """Fires timers and rescues what a dead process left; may run many times."""
    from runtime import clock as ticking
    from runtime import logs
    from runtime.settings import Settings

    logs.configure(Settings.from_env(), "clock")
    ticking.run()


@main.command()
def migrate() -> None:
    """Brings the database to this version and makes the first owner from the settings."""
    from runtime import administration
    from runtime.settings import Settings

    administration.migrate(Settings.from_env(services="database"))


@main.command()
def index() -> None:
    """Builds the indexes that large collections of knowledge are searched by."""
    from runtime.settings import Settings
    from storage.knowledge import vector_index

    built = vector_index.build(Settings.from_env(services="database").database_owner_url)
    click.echo(f"{len(built.made)} indexes made, {len(built.dropped)} dropped")


@main.command()
def doctor() -> None:
    """Says what is configured, what is missing, and how to mend it."""
    from runtime import doctor as examination

    sys.exit(examination.run())


@main.command()
@click.argument("file", type=_FILE)
def validate(file: Path) -> None:
    """Checks a bot document and names the place of each problem."""
    from runtime import terminal

    sys.exit(terminal.validate(file))


@main.command()
@click.argument("file", type=_FILE)
def chat(file: Path) -> None:
    """Talks to a bot document in the terminal, without any service."""
    from runtime import terminal

    sys.exit(terminal.chat(file))


@main.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
def test(files: tuple[Path, ...]) -> None:
    """Runs the tests inside bot documents."""
    from runtime import terminal

    sys.exit(terminal.test(list(files)))


@main.command("import")
@click.option("--from", "source", type=click.Choice(["typebot"]), required=True)
@click.argument("file", type=_FILE)
def import_(source: str, file: Path) -> None:  # there is one kind so far
    """Prints another builder's bot as a bot document, and what became of each piece."""
    from runtime import terminal

    sys.exit(terminal.imported(file))


@main.command()
def schema() -> None:
    """Prints the JSON Schema of bot documents."""
    from runtime import terminal

    sys.exit(terminal.schema())


@main.group()
def bots() -> None:
    """Bot documents of a workspace."""


@bots.command()
@click.argument("file", type=_FILE)
@click.option("--publish", is_flag=True, help="Also publish it as a release.")
@click.option("--channel", metavar="KEY", help="Connect the web channel of this key to the bot.")
@_workspace
@click.option("--url", metavar="URL", help="A Flyt elsewhere, reached through its API.")
@click.option("--api-key", metavar="KEY", envvar="FLYT_API_KEY", help="For --url.")
def push(
    file: Path,
    publish: bool,
    channel: str | None,
    workspace: str | None,
    url: str | None,
    api_key: str | None,
) -> None:
    """Uploads a bot document; prints the bot's id and the channel's key."""
    from runtime import push as upload
    from runtime.settings import Settings

    if (url is None) != (api_key is None):
        raise click.UsageError("--url and --api-key belong together")
    wish = upload.Wish(upload.read(file), publish, channel)
    if url and api_key:
        target = upload.api(url, api_key)
    else:
        target = upload.database(Settings.from_env(services="database"), workspace)
    with target as opened:
        pushed = upload.push(wish, opened)
    click.echo(f"bot {pushed.bot}")
    if pushed.release:
        click.echo(f"release {pushed.release}")
    click.echo(f"channel {pushed.channel}")


@main.group()
def user() -> None:
    """People who sign in to the builder."""


@user.command("create")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--name", default="", help="What to call the person.")
@click.option("--workspace", metavar="NAME", help="Name or id; a new one otherwise.")
@_role
def create_user(
    email: str, password_stdin: bool, name: str, role: str, workspace: str | None
) -> None:
    """Makes a person who may sign in, with a role in a workspace."""
    from runtime import administration
    from runtime.settings import Settings

    if role != "owner" and workspace is None:
        raise click.UsageError("--role is about a workspace that exists: name it by --workspace")
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    settings = Settings.from_env(services="database")
    made = administration.create_user(settings, email, password, name, role, workspace)
    click.echo(f"user {made.user_id}")
    click.echo(f"workspace {made.workspace_id}")


@main.group()
def apikey() -> None:
    """Keys for programs that use the admin API."""


@apikey.command("create")
@click.argument("name")
@_workspace
@_role
def create_apikey(name: str, workspace: str | None, role: str) -> None:
    """Makes an API key and prints it; it is not shown again."""
    from runtime import administration
    from runtime.settings import Settings

    settings = Settings.from_env(services="database")
    click.echo(administration.create_apikey(settings, name, role, workspace))


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Writes everything to one file, while Flyt runs."""
    from runtime import backups
    from runtime.settings import Settings

    backups.backup(Settings.from_env(services="database"), file, _progress)


@main.command()
@click.argument("file", type=_FILE)
@click.option("--overwrite", is_flag=True, help="Also where people have accounts already.")
def restore(file: Path, overwrite: bool) -> None:
    """Brings a database back to what a backup holds."""
    from runtime import backups
    from runtime.settings import Settings

    settings = Settings.from_env(services="database")
    backups.restore(settings, file, overwrite=overwrite, progress=_progress)


def _progress(what: str, done: int, total: int) -> None:
    click.echo(f"{what} ({done + 1} of {total})", err=True)


if __name__ == "__main__":
    main()
