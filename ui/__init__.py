"""What turns a trace into a page. Knows attention_core; attention_core knows nothing of it."""
