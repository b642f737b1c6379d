"""All of a report but its clips in one file, put together from the pages of its folder."""
