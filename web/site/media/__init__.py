"""Pictures in pages: shown to whoever may see them, and chosen for what somebody writes."""
