#!/bin/sh
# Installs the engines to compare with into an environment of their own, from PyPI: setup.sh [DIRECTORY]
set -eu
directory=${1:-$(dirname "$0")/../../.build/peers}
[ -x "$directory/bin/python" ] || python3 -m venv "$directory"
"$directory/bin/python" -m pip install --quiet --disable-pip-version-check \
    torch==2.15.0 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1
echo "$directory/bin/python"
