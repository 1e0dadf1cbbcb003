"""The pages that the law asks for: what an association wrote, shown safely."""
