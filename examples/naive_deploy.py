"""Deploys two servers, with the usual retries. It goes wrong if a response is lost, as a sweep shows.

jiffybox sweep examples/naive_deploy.py:deploy
"""

from jiffybox_sdk import Box, JiffyBox, JiffyException, JiffyMessageException


def create(client: JiffyBox, name: str) -> Box:
    """Create a box, and try again if that fails."""
    for _ in range(3):
        try:
            return client.create_box(name, "CloudLevel 1", distribution="debian_stretch_64bit")
        except JiffyMessageException:  # the name is taken: an earlier try has created the box
            return client.boxes()[0]
        except JiffyException:
            client.clock.sleep(5)
    raise RuntimeError(f"can't create {name}")


def deploy(client: JiffyBox) -> None:
    """Create a web server and a database server, and note their roles."""
    web, db = create(client, "web"), create(client, "db")
    for box, role in ((web, "web"), (db, "db")):
        box.wait_for_status("READY").update_metadata({"role": role})


if __name__ == "__main__":
    with JiffyBox.from_env() as client:
        deploy(client)
