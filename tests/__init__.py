"""What proves that fedparents keeps its promises."""
