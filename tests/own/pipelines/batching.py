def shuffled(dataset, seed=11):
    return dataset.shuffle(48, seed=seed)
