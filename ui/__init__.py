"""What turns a trace into a page. It imports attention_core, never the other way round."""
