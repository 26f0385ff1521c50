"""Find my bug: attention from elsewhere is read, compared with the right one, and its mistake shown.

fields: what may be brought · reading: files and texts · precision: how numbers were rounded · bench: what a visitor has
brought · search: the diagnosis, beside the threads that draw pages · shown: what it says · example, page
"""
