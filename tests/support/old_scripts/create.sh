#!/bin/sh
# Creates a box in the way of scripts of the time: a form with a bare name, and grep for the answer.
set -eu
curl --silent --show-error --noproxy '*' -d name=shell -d planid=44 -d distribution=debian_stretch_64bit -d use_sshkey \
    --data-urlencode 'metadata={"made by":"sh"}' "$1/jiffyBoxes" | grep -o ',"status":"CREATING"'
curl --silent --show-error --noproxy '*' -d name=shell -d planid=44 -d distribution=debian_stretch_64bit \
    -d use_sshkey=on "$1/jiffyBoxes" | grep -o '"message":"[^"]*"'
curl --silent --show-error --noproxy '*' "$1/jiffyBoxes/12345" | grep -o '"result":false'
