"""Average linkage on sparse log-odds: of articles into stories, and of stories into threads."""
