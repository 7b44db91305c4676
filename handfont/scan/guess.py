def text_of(*a): raise NotImplementedError
