"""Reports of findings, as `jiffybox validate` writes them: lines, JSON, CSV, SARIF and statistics. No I/O."""
