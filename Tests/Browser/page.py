#!/usr/bin/env python3
"""The page of the service in headless Chromium: what a person does with it, and screenshots of it.

    page.py BINARY [--screenshots DIR] [--only CHECK]      # chromium and chromium-driver from Debian, selenium from PyPI

Starts the built binary on a free port with a fresh store. Exit status 1 with what is wrong, 0 when all is as it should be.
"""
import argparse
import pathlib
import tempfile

import job_checks
import label_checks
import look_checks
import token_checks
from driver import serve


def checks(url, binary, work, folder):
    """Each with what it is given."""
    return [
        (label_checks.labelling, (url, folder)), (label_checks.preview, (url, work)), (label_checks.turned, (url,)),
        (label_checks.old_goes, (url, work)), (label_checks.old_answer, (url, work)), (label_checks.nothing_found, (url,)),
        (label_checks.warnings, (url, folder)), (label_checks.many_classes, (url, folder)), (label_checks.no_class, (url,)),
        (label_checks.options, (url,)), (label_checks.keyboard, (url,)), (look_checks.dark, (url, folder)),
        (look_checks.tips, (url, folder)), (look_checks.motion, (url,)), (job_checks.jobs, (url, binary, work, folder)),
        (look_checks.phone, (url, folder)), (job_checks.many_tiles, (url, folder)), (token_checks.no_token, (url,)),
        (token_checks.tokens, (binary, work)),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("--only", metavar="CHECK")
    arguments = parser.parse_args()
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        with serve(arguments.binary, work / "data") as url:
            for check, given in checks(url, arguments.binary, work, arguments.screenshots):
                if arguments.only in (None, check.__name__):
                    check(*given)
                    print(f"{check.__name__}: as it should be", flush=True)


if __name__ == "__main__":
    main()
