package sample

// What people write around the movements, and to one another.

var postsAround = map[string][]string{
	"icebucket": lines(`
Before you pour anything: ten minutes on what ALS is, in plain words, from someone who lives with it. It is pinned in the resources. #IceBucketChallenge
My feed is all buckets and I am not even annoyed. #IceBucketChallenge
Could we agree that a nomination is an invitation? I said no to mine, gave quietly, and nobody died of it. #IceBucketChallenge
Water is short here this summer, so we did ours with a bucket of leaves. It counts. #IceBucketChallenge
I run a small ALS support group in a church hall. We had six people in June. On Thursday we had to fetch chairs. #IceBucketChallenge
Question for the nurses here: what helps a family most in the first month after the diagnosis? I would like to do that, and not only get wet. #IceBucketChallenge
The ripple on this page is hypnotic. One postman in row two moved a hundred and something people and I bet he has no idea. #IceBucketChallenge
If you gave, thank you. If you gave and told one person why, thank you twice. #IceBucketChallenge
Someone asked what the money does. Beds, lifts, speech devices, nights of care, and research that is slow because it is hard. #IceBucketChallenge
My husband types with his eyes. He asked me to post this: "Your shrieks are the best thing on television." #IceBucketChallenge
I did mine last night and then lay awake thinking about how my body just does what I ask. #IceBucketChallenge
Small tip from a physiotherapist: stand on something that is not tiles. #IceBucketChallenge
For those who think it is only showing off: it was, a bit, for me. Then I read, then I gave, then I called my aunt. It started with showing off. #IceBucketChallenge
Two of my three said not this time and that is completely fine. The third did it in a canoe. #IceBucketChallenge
Teachers: we turned this into a lesson on nerves and muscles. Year six asked better questions than I could answer. #IceBucketChallenge
I have been a carer for nine years. This is the first time strangers have asked me how to spell it. #IceBucketChallenge
Please do not use big blocks of ice. Yours, an emergency department. #IceBucketChallenge
Our office did the sum: if the whole floor gives what it spends on coffee in a week, that is a month of night care. We are on tea now. #IceBucketChallenge
A boy on our street set up a stand: he will pour, you give. He has opinions about technique. #IceBucketChallenge
Quiet thanks to whoever keeps correcting the figures here and adding where they come from. #IceBucketChallenge`),
	"payitforward": lines(`
Somebody had paid for my coffee this morning. The woman at the till just shrugged and pointed at the rain. #PayItForward
Found my lost wallet on the doorstep with a note: "Your turn." #PayItForward
What is the smallest thing anybody ever did for you that you still think of? #PayItForward
We keep a shelf by the laundry room now. Take one, leave one. Last week: a kettle, six novels, a very good umbrella. #PayItForward
Reminder that the turn does not have to go to a stranger. Your brother also counts. #PayItForward
A man on the 14 gave me his seat and said, when you are old you will do the same. I am thirty-four. I will, though. #PayItForward
I tried to pay a stranger's parking and she thought I was a warden. Kindness has its risks. #PayItForward
Three people followed the link from my story and did something. I keep opening the page to look at it. #PayItForward
To the person who shovelled our whole row before six: we know it was you, Bernd. #PayItForward
It felt awkward. I am saying so because nobody says so. Do it awkwardly. #PayItForward`),
	"bekind": lines(`
I deleted a reply today and wrote a better one. Took four minutes. #BeKind
The new boy in my daughter's class has had somebody to sit with all week. They made a rota, by themselves. #BeKind
Being kind is not the same as being nice. Sometimes it is the awkward question. #BeKind
I was unkind to a call-centre worker yesterday and rang back today to say sorry to whoever answered. She said she would pass it on, and I think she did. #BeKind
If you are new here and have nothing to say yet: welcome, that is fine. #BeKind
Our caretaker retires in June after thirty-one years. Anyone who has been let in by him without a key, please write him a line. #BeKind
A teacher once told me I was good at explaining. I have lived on that sentence for twenty years. #BeKind
Does anybody else rehearse compliments and then not say them? I am trying to say them. #BeKind
Reading the reasons under the petition. Number 41 got me. #BeKind
A day off from arguing. That is the whole post. #BeKind`),
}

var repliesEnglish = lines(`
This made my morning.
The dog's face. I have watched it six times.
Thank you for saying who it was for.
I read the page because of you.
My aunt has it too. Thinking of yours.
You were very brave and very loud.
Not this year for me, but I gave. Well done.
Which river? I think I know that jetty.
I am next. I have been putting it off since Tuesday.
Where did you find that much ice at six in the morning?
I did not expect to cry at a bucket.
That is a fine towel.
He would have loved this.
Could I show this to my class?
The silence before the scream is perfect.
We are neighbours, it seems. Tea?
How is he doing now?
I like how you wrote this.
So that is what the noise was.
Same here. First I laughed, then I read.
Count me in for Saturday.
It is all right to say no, but I am not saying no.
You moved four people already, go and look.
My children demand a second take.
Sending this to my brother, who claims to be busy.
I was there. It was colder than it looks.
Thank you for the bit about the carers.
Can confirm the peas.
Well poured, whoever poured.
I did something small today because of this.
May I ask what helped you most?
From one night shift to another: respect.`)

var repliesIn = map[string][]string{
	"de": lines(`
Danke, dass du erzählst, für wen.
Ich habe sechsmal geschaut und jedes Mal gelacht.
Nächste Woche bin ich dran, versprochen.
Das hat mir den Morgen gerettet.
Wo bekommt man um sechs so viel Eis?
Er hätte sich gefreut.
Ich habe die Seite gelesen, wegen dir.
Schön geschrieben.`),
	"es": lines(`
Gracias por contar por quién.
La cara del perro, no puedo más.
Me toca a mí, y llevo días escondiéndome.
Me has alegrado el día.
Un abrazo para tu tía.
Lo he leído gracias a ti.
Yo este año no, pero he donado.`),
	"fr": lines(`
Merci d'avoir dit pour qui.
Le chien a raison.
C'est mon tour, je repousse depuis mardi.
J'ai lu la page grâce à toi.
Une pensée pour ta tante.
Très beau, et très bruyant.`),
	"pt": lines(`
Obrigado por dizeres por quem.
Vi seis vezes e ri sempre.
A seguir sou eu.
Li a página por tua causa.
Um abraço à tua tia.
Que bonito.`),
}

// deeds are the stories of acts by the key of their call.
var deeds = map[string][]string{
	"gift": lines(`
For the night carers.
In memory of my father.
A week of lunches.

What I won from my brother on the match.
From the whole of class 4b, mostly in coins.

Because of Tuesday's story from the hospice.
I could not do the bucket, so this.
The choir's tin.
For Auntie Lou.

For research, and for patience.
From a stranger who read about you at two in the morning.
Half now, half when I am paid.`),
	"one-good-turn": lines(`
Paid for the prescription of the man in front of me. He thought there was a mistake. There was not.
Drove a neighbour to her hospital appointment and waited, because waiting is the long part.
Mended the gate of the house on the corner. Nobody has noticed yet and I am enjoying that.
Left my umbrella with a girl at the bus stop who had a cello and no hood.
Wrote to the teacher who let me stay in the library at lunch. She wrote back the same day.
Carried four boxes up five floors for someone I had never seen before. We have now had tea.
Topped up a stranger's electricity meter at the corner shop when her card would not go through.
Taught my neighbour to video-call his daughter. He held up the dog first.
Gave my train seat to a couple who had been put at opposite ends.
Shovelled the pavement all the way down to number nine.
Cooked twice as much and knocked next door.
Found a phone on a bench and sat with it until somebody rang.
Fixed the wheel of a pram in the rain with a hairgrip. I am rather proud of the hairgrip.
Somebody once paid my bus fare when I was nineteen and crying. Today I was on the other side of that.
Babysat for the couple upstairs so that they could go out and be tired somewhere else.
Sat with a woman at the station whose train was cancelled. She told me about her garden for an hour.
Gave my old bicycle, serviced, to the boy who delivers for the pharmacy on foot.
Left a good book on the night bus with a note in it.
Read the letters from the office to Mr Akarsu and helped him answer them.
Proofread forty job applications for a friend of a friend. She starts on Monday.
Held a place in a very long queue for a man who needed to sit down.
Gave blood, got a biscuit, brought a colleague.
Sharpened every knife in our building. Eleven kitchens.
My tyre was changed by a stranger in March; I changed one in May.`),
	"repair-morning": lines(`
Two toasters and a lamp live again.
Mostly made tea and held the torch.
Sewed on thirty-one buttons. Thirty-one.
A radio from 1961. It came on during the news and everyone stood still.
Showed three teenagers how to patch a tube.
Could not save the kettle. We had a moment for it.
Sorted screws, and was happy.
A zip, a chair leg, a doll's arm.
I had never soldered. I have now.
Welcomed people at the door and wrote down what was wrong.`),
	"a-seat": lines(`
I ate alone for two years. It is not a thing you grow out of, it is a thing that ends when somebody sits down.
My son counts the minutes of break. He should not know how many there are.
I teach. I see who stands by the wall.
Because one bench would have made my thirteenth year a different one.
I was one of those who laughed. I am sorry, and I am signing.

For Noor, who moved here in the middle of a school year.
A grandfather who would like to paint the benches.
It costs less than the new sign at the gate.

I run the kitchen. I will sit down too, if asked.
Our school did this four years ago. It worked, quietly.
Nobody should have to look busy with an empty tray.
I was the new teacher once. The staff room also has a wall.

As somebody who is shy: a table where you are allowed to just sit is everything.`),
	"slow-walk": lines(`
I said nothing for the first mile and nobody minded. In the second I could hardly be stopped.
Pushed my mother's wheelchair and was relieved of it three times.

We were five, one of us in a sling.
Came alone, left with a recipe and a telephone number.
Carried the soup. It is heavier than friendship but not by much.
I moved here in spring. I now know four people and a heron.

It rained exactly as long as it took to laugh about it.
Walked at the back, where the best talk is.
Nearly turned round at the bridge. Glad I did not.`),
	"kind-word": lines(`
Told the bus driver that she brakes more gently than anybody on the line. She said nobody had ever noticed.
Wrote to our cleaner's manager to say how good the stairs look, and told her that I had.
Said thank you to the man who reads the meters. He read it again, to be sure.
Apologised to my brother. It was nine years late and took four minutes.
Rang the school to say something nice. There was a long pause while they waited for the complaint.
Told a boy at the pool that he had got better since last week. He had been counting on nobody watching.
Stopped a conversation that was getting mean, by asking about her trip. It worked, to my surprise.
Left a note on the windscreen of a very well parked car.
Wrote a review for the little tailor under the bridge, with a picture of the elbow.
Asked the new colleague to lunch, and let her choose the table.
Answered somebody I disagree with and began with the part where they were right.
Thanked my old piano teacher. I still cannot play. That was not what I was thanking her for.
Told my daughter what I admire in her, in the car, where she could not escape.
Sat next to the man who talks to himself. He talks about trains. He knows everything about trains.
Sent the nurses on ward six a card from a patient they will not remember. I remember them.
Learned how to say good morning to my neighbour in her language. I said it wrong, and she was delighted.`),
	"letters": lines(`
Four letters, one to a Mr H. who likes lighthouses. I sent him three lighthouses.
Wrote about my garden and pressed a violet.
Two pages to a lady of ninety-six. I have never had such good post back.
Read letters aloud at the home for an hour and a half. We laughed at the same place in each room.
My class wrote twenty-four, with drawings. There are a lot of dragons.
I write slowly. One, but a long one.
Sorted and stamped for two hours, next to a man who did it for the railway for forty years.
Wrote to somebody who used to bake, to ask how long to leave the dough. Overnight, it turns out.`),
}
