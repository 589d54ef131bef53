package sample

// The movements' stories, in Markdown. What is said of 2014 comes from icebucket.json.

const iceBucketStory = `In the summer of 2014 people all over the world poured ice water over their heads, and asked three others to do the same within a day. It looked like nonsense. It was for people with **ALS**, a disease that takes the nerves which move the body, one after the other, while the mind looks on.

By the first of September some 17 million videos had been put on Facebook, and 440 million people had watched them. Between 29 July and the end of August the ALS Association in the United States received more than 100 million dollars.

> The first cold second, in which you cannot move or speak, is over for you. That is the part to remember.

### What you see here

The acts on this page are **a simulation by invented people**. It starts from eight first acts and follows the pace that was measured: each person moves 1.43 others, and the next bucket comes 2.1 days later on average. The sums given to the ALS Association are real, with their dates and where they were published, and stand apart from what is counted here.

### How to take part

1. Read what ALS is. It takes ten minutes.
2. Take the bucket, or give, or both, or neither and tell somebody what you learned.
3. Ask up to three people. It is an invitation, and it runs out by itself.
`

const payItForwardStory = `It began with a bus fare. Somebody was nineteen, and crying, and short of two coins, and a woman in a green coat paid and would not say her name. "You will be on the other side of this one day," she said, and got off.

You cannot pay such a thing back. You can only pass it on.

### How it works

Do one good turn for somebody who does not expect it. Tell it here in a few lines. If another story moved you, name it, so that whoever told it can see what became of theirs.

There is no score. Some chains are two people long and some are twenty, and **you cannot tell from the first one which it will be**.
`

const beKindStory = `Most of us are kinder than we sound. We think the good word and do not say it; we see the empty chair and look at our phone; we write the sharp answer because it was the first one that came.

This movement is for the second answer.

### What we do

- **Say it.** One good thing, to one person, today.
- **Sit down.** Beside the new one, the shy one, the one with the tray.
- **Ask for it where it can be built in.** A bench and a long table are kindness that stays when we have gone home.

We do not hunt down the unkind. We were all of us that, on some Tuesday.
`
