"""A test as a sequence: what it starts, what it waits for, what it looks at and asserts."""
