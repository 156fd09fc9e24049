"""Pictures that the household keeps: where they lie, who may see them, what is made of them."""
