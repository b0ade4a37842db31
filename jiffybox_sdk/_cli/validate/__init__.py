"""`jiffybox validate`."""
