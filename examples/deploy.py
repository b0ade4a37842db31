"""Deploys two servers, even if responses are lost. Safe to run more than once.

jiffybox sweep examples/deploy.py:deploy --depth 2 --repeatable
"""

from jiffybox_sdk import JiffyBox


def deploy(client: JiffyBox) -> None:
    """Ensure that there are a web server and a database server with their roles."""
    for name in ("web", "db"):
        box = client.ensure_box(
            name, "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": name}, max_wait=300
        )
        box.wait_for_status("READY")


if __name__ == "__main__":
    with JiffyBox.from_env() as client:
        deploy(client)
