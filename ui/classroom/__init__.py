"""A class in one room: a teacher's page is followed, questions are answered and counted. See docs/classroom.md."""
