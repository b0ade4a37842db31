"""Programs, jobs and servers in processes of their own."""
