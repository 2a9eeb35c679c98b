"""The shape of Chinese legal text: numerals, headings, paragraphs (款) and items (项)."""
